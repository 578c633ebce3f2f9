import { readFileSync } from 'node:fs';
import type { Database } from '../store/database.js';
import type { Format } from './agents/entry.js';
import { FORMATS } from './agents/formats.js';
import { messagesSince } from './agents/opencode.js';
import { type Cursor, saveCursor } from './cursor.js';
import type { Line } from './lines.js';
import { linesOf } from './packed.js';
import type { ReaderState, TranscriptReader } from './reader.js';
import type { TranscriptFile } from './sources.js';

/** Lines between two looks at the clock. */
const LINES_PER_LOOK = 100;
/** After this time without changes, the last response of a transcript is complete. */
const SETTLED_MS = 60_000;
const EVERY_LINE: readonly string[] = [''];

export function formatOf({ agent }: TranscriptFile): Format | undefined {
  return FORMATS.find((format) => format.agent === agent);
}

/** A cursor, and whether its file is unchanged since the last run. */
export type LoadedCursor = Cursor<ReaderState> & { readonly unchanged: boolean };

/** Reads one file, in several transactions if needed. */
export class FileRun {
  readonly file: TranscriptFile;
  readonly reader: TranscriptReader;
  /** Lines that are not JSON, or too long. */
  badLines = 0;
  readonly #cursor: LoadedCursor;
  readonly #now: number;
  #lines: Generator<Line> | undefined;
  #offset: number;

  constructor(file: TranscriptFile, cursor: LoadedCursor, reader: TranscriptReader, now: number) {
    this.file = file;
    this.reader = reader;
    this.#cursor = cursor;
    this.#now = now;
    this.#offset = cursor.offset;
  }

  /** True if the file has new text. */
  get hasNews(): boolean {
    return !this.#cursor.unchanged || formatOf(this.file)?.unit === 'database';
  }

  /** Whether the file has new text, or its last response became complete. */
  get hasWork(): boolean {
    return this.hasNews || (this.#isSilent && this.reader.waits);
  }

  /**
   * Continues until a time (Unix ms), within a transaction. Returns true at the end of the file. `flush`
   * writes buffered rows.
   */
  step(db: Database, until: number, flush: () => void): boolean {
    const whole = !this.hasNews || this.#read(db, until, flush);
    if (whole && this.#isSilent && this.reader.waits) {
      this.reader.idle();
      saveCursor(db, { ...this.#cursor, offset: this.#end(), state: this.reader.state }, this.#now);
    }
    return whole;
  }

  close(): void {
    this.#lines?.return(undefined);
    this.#lines = undefined;
  }

  get #isSilent(): boolean {
    return this.#now - this.#cursor.mtimeMs > SETTLED_MS;
  }

  /** Rows and cursor are saved in one transaction, so that they always match. */
  #read(db: Database, until: number, flush: () => void): boolean {
    const { reader } = this;
    this.#lines ??= this.#open();
    for (let taken = 0; taken % LINES_PER_LOOK !== 0 || taken === 0 || Date.now() < until; taken += 1) {
      const next = this.#lines.next();
      if (next.done || !reader.ours) {
        reader.flush();
        reader.whole?.();
        flush();
        saveCursor(db, { ...this.#cursor, offset: this.#end(), state: reader.state }, this.#now);
        return true;
      }
      this.#offset = next.value.end;
      this.#line(next.value.text);
    }
    reader.flush();
    flush();
    // Saves no size: if the process were killed here with the size saved, the rest of the file would count as
    // read.
    saveCursor(db, { ...this.#cursor, size: -1, offset: this.#offset, state: reader.state }, this.#now);
    return false;
  }

  #end(): number {
    return this.reader.ours ? this.#offset : this.#cursor.size;
  }

  #open(): Generator<Line> {
    const { path } = this.file;
    switch (formatOf(this.file)?.unit) {
      case 'file':
        return wholeFile(path);
      case 'database':
        return rowsSince(path, this.reader.state);
      default:
        return linesOf(path, this.#cursor.offset, () => this.reader.marks ?? EVERY_LINE);
    }
  }

  #line(text: string | undefined): void {
    if (text === undefined) {
      this.badLines += 1;
      return;
    }
    if (text === '' || text.trim() === '') {
      return;
    }
    try {
      this.reader.line(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        throw error;
      }
      this.badLines += 1;
    }
  }
}

/** A document that is rewritten each time counts as one line. */
function* wholeFile(path: string): Generator<Line> {
  const text = readFileSync(path, 'utf8');
  yield { text, end: Buffer.byteLength(text) };
}

/** Rows of a database since the last time. Rows with exactly that time are read again. */
function* rowsSince(path: string, state: ReaderState): Generator<Line> {
  for (const { text, at } of messagesSince(path, state.since ?? 0)) {
    state.since = Math.max(at, state.since ?? 0);
    yield { text, end: 0 };
  }
}
