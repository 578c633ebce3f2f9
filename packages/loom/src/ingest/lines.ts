import { closeSync, openSync, readSync } from 'node:fs';
import { isRecord } from '../json-values.js';

const CHUNK_BYTES = 1024 * 1024;
/** A line beyond this is passed over: no message of an agent is that long, and it must not fill the memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

export interface Line {
  /** Undefined for a line that is too long. */
  readonly text: string | undefined;
  /** Where the next line begins, in bytes. */
  readonly end: number;
}

/**
 * The whole lines of a file from a byte offset on. A last line without a line break counts when it is a JSON object: no
 * part of one is. Else it is left for next time, since its writer may be in the middle of it. Holds one chunk and one line
 * in memory, whatever the size of the file.
 */
export function* readLines(path: string, from: number, maxBytes: number = MAX_LINE_BYTES): Generator<Line> {
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
      let start = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1 && at < read; at = chunk.indexOf(NEWLINE, start)) {
        const length = held + at - start;
        const text = length <= maxBytes ? textOf(parts, chunk.subarray(start, at)) : undefined;
        parts = [];
        held = 0;
        start = at + 1;
        yield { text, end: position + start };
      }
      held += read - start;
      if (held > maxBytes) {
        parts = [];
      } else if (start < read) {
        parts.push(Buffer.from(chunk.subarray(start, read)));
      }
      position += read;
    }
  } finally {
    closeSync(file);
  }
}

function isObject(text: string): boolean {
  try {
    return text.startsWith('{') && text.trimEnd().endsWith('}') && isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Most lines lie in one chunk, and need no copy. */
function textOf(before: readonly Buffer[], end: Buffer): string {
  return (before.length === 0 ? end : Buffer.concat([...before, end])).toString('utf8');
}
