import { isAscii } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { isRecord } from '../json-values.js';

const CHUNK_BYTES = 256 * 1024;
/** A line beyond this is passed over: no message of an agent is that long, and it must not fill the memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const [NEWLINE, RETURN, OPENING, CLOSING] = [0x0a, 0x0d, 0x7b, 0x7d];

export interface Line {
  /** Undefined for a line that is too long. */
  readonly text: string | undefined;
  /** Where the next line begins, in bytes. */
  readonly end: number;
}

/** Texts of which a wanted line contains at least one. Asked again for each line. */
export type Wanted = () => readonly string[];

const ANY: readonly string[] = [''];

/**
 * The whole lines of a file from a byte offset on. A last line without a line break counts when it is a JSON object: no
 * part of one is. Else it is left for next time, since its writer may be in the middle of it. Holds one chunk and one line
 * in memory, whatever the size of the file. Unwanted JSON objects are never decoded: an empty line replaces
 * them.
 */
export function* readLines(
  path: string,
  from: number,
  maxBytes: number = MAX_LINE_BYTES,
  wanted: Wanted = () => ANY,
): Generator<Line> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let parts: Buffer[] = [];
    let held = 0;
    let position = from;
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, position);
      if (read === 0) {
        const text = held > 0 && held <= maxBytes ? Buffer.concat(parts).toString('utf8') : '';
        if (isObject(text)) {
          yield { text, end: position };
        }
        return;
      }
      const bytes = chunk.subarray(0, read);
      const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
      const marks = new Marks(bytes);
      let passed = false;
      let start = 0;
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, start)) {
        const begin = start;
        start = at + 1;
        if (held > 0) {
          const text = held + at > maxBytes ? undefined : textOf(parts, bytes.subarray(0, at));
          parts = [];
          held = 0;
          yield { text, end: position + start };
        } else if (at - begin > maxBytes) {
          yield { text: undefined, end: position + start };
        } else if (marks.isWanted(begin, at, wanted())) {
          yield { text: bytes.toString(encoding, begin, at), end: position + start };
        } else {
          passed = true;
        }
      }
      if (passed) {
        yield { text: '', end: position + start };
      }
      held += read - start;
      if (held > maxBytes) {
        parts = [];
      } else if (start < read) {
        parts.push(Buffer.from(bytes.subarray(start)));
      }
      position += read;
    }
  } finally {
    closeSync(file);
  }
}

/** Finds in a chunk which lines have one of the wanted texts, each byte looked at once for each text. */
class Marks {
  readonly #bytes: Buffer;
  #texts: readonly string[] = [];
  /** Next position of each text. */
  #next: number[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  isWanted(start: number, end: number, texts: readonly string[]): boolean {
    if (texts !== this.#texts) {
      this.#texts = texts;
      this.#next = texts.map(() => -1);
    }
    for (let index = 0; index < texts.length; index += 1) {
      if ((this.#next[index] ?? 0) < start) {
        const found = this.#bytes.indexOf(texts[index] ?? '', start);
        this.#next[index] = found === -1 ? Number.POSITIVE_INFINITY : found;
      }
      if ((this.#next[index] ?? 0) < end) {
        return true;
      }
    }
    // Lines that are not objects are damaged, and are counted where they are read.
    const last = this.#bytes[end - 1] === RETURN ? end - 2 : end - 1;
    return this.#bytes[start] !== OPENING || this.#bytes[last] !== CLOSING;
  }
}

function isObject(text: string): boolean {
  try {
    return text.startsWith('{') && text.trimEnd().endsWith('}') && isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

function textOf(before: readonly Buffer[], end: Buffer): string {
  return Buffer.concat([...before, end]).toString('utf8');
}
