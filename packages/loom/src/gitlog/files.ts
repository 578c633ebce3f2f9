import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { stableId } from '../ids.js';

/**
 * Inside `.loom` and committed. One file for each machine and month. Only that machine appends to it, so git
 * never has to merge one.
 */
export const LOG_DIR = 'log';

const NAME = /^\d{4}-\d{2}-([a-z0-9]{8})\.jsonl$/;
/** Bytes before a position that are compared, to recognise the file. */
const TAIL_BYTES = 256;

export interface LogFile {
  readonly name: string;
  readonly node: string;
}

export function logFiles(loomDir: string): LogFile[] {
  const dir = join(loomDir, LOG_DIR);
  return existsSync(dir)
    ? readdirSync(dir)
        .sort()
        .flatMap((name) => {
          const node = NAME.exec(name)?.[1];
          return node === undefined ? [] : [{ name, node }];
        })
    : [];
}

/** Appends lines to this machine's file of the month. Returns the file's name. */
export function appendLines(loomDir: string, node: string, lines: readonly string[], now: number): string {
  const dir = join(loomDir, LOG_DIR);
  mkdirSync(dir, { recursive: true });
  const name = `${new Date(now).toISOString().slice(0, 7)}-${node}.jsonl`;
  const file = openSync(join(dir, name), 'a+');
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    // After a crash, the last line may be incomplete. It stays unreadable, and the next entry starts on a new
    // line.
    const half = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
    writeSync(file, `${half ? '\n' : ''}${lines.join('\n')}\n`);
  } finally {
    closeSync(file);
  }
  return name;
}

export interface Line {
  readonly text: string;
  /** Bytes from the start of the file to the end of this line. */
  readonly end: number;
}

/** Complete lines after a mark; from the start if the file has changed before it, as after a rebase. */
export function readLines(
  loomDir: string,
  name: string,
  mark: string | undefined,
): { from: number; lines: Line[]; markAt: (end: number) => string } {
  const bytes = readFileSync(join(loomDir, LOG_DIR, name));
  const markAt = (end: number) =>
    `${end} ${stableId(bytes.subarray(Math.max(0, end - TAIL_BYTES), end).toString('latin1'), 16)}`;
  const known = Number(mark?.split(' ')[0] ?? 0);
  const from = known <= bytes.length && mark === markAt(known) ? known : 0;
  const lines: Line[] = [];
  for (let at = from; ; ) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) {
      return { from, lines, markAt };
    }
    lines.push({ text: bytes.toString('utf8', at, end), end: end + 1 });
    at = end + 1;
  }
}
