import { isAscii } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { isRecord } from '../json-values.js';

const CHUNK_BYTES = 256 * 1024;
/** Longer lines are skipped. No message of an agent is that long, and the line must not fill the memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const [NEWLINE, RETURN, OPENING, CLOSING] = [0x0a, 0x0d, 0x7b, 0x7d];

export interface Line {
  /** Undefined for a line that is too long. */
  readonly text: string | undefined;
  /** Start of the next line, in bytes. */
  readonly end: number;
}

/** A wanted line contains at least one of these texts. Called for each line. */
export type Wanted = () => readonly string[];

const ANY: readonly string[] = [''];

/**
 * The complete lines of a file from a byte offset. A last line without a line break counts if it is a JSON
 * object, because no part of an object is one. Otherwise it is left for the next run, because its writer may
 * not have finished. Needs memory for one chunk and one line. Unwanted JSON objects are not decoded: an empty
 * line replaces them.
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
    let pending = 0;
    let position = from;
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, position);
      if (read === 0) {
        const text = pending > 0 && pending <= maxBytes ? Buffer.concat(parts).toString('utf8') : '';
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
        if (pending > 0) {
          const text = pending + at > maxBytes ? undefined : textOf(parts, bytes.subarray(0, at));
          parts = [];
          pending = 0;
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
      pending += read - start;
      if (pending > maxBytes) {
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

/** Finds the lines of a chunk that contain one of the texts. Each byte is read once for each text. */
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
    // Lines that are not objects are damaged. The reader counts them.
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
