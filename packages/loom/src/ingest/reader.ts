import type { Ledger } from '../ledger/calls.js';
import type { Database } from '../store/database.js';
import type { Folders } from './belonging.js';
import type { ToolRecorder } from './tools.js';

/** Where a reader writes what it finds. */
export interface Into {
  readonly db: Database;
  readonly calls: Ledger;
  readonly tools: ToolRecorder;
  readonly folders: Folders;
}

/** State of a reader between runs, saved with the cursor as JSON. */
export interface ReaderState {
  /** Why rows of it were left out: they are of other folders, or of a folder that is gone. */
  left?: 'foreign' | 'gone';
  /** Of a database: up to when its rows have been read, in its own time. */
  since?: number;
}

/** Reads one agent's transcripts, a line at a time. All it remembers between runs is in `state`. */
export interface TranscriptReader {
  /** Texts of which every relevant line contains at least one; without it, all lines are relevant. */
  readonly marks?: readonly string[];
  /** A line, in order. Throws SyntaxError on what is no JSON. */
  line(text: string): void;
  /** Writes what is still held in memory; called before every save of the cursor. */
  flush(): void;
  /** All existing lines were read, from the beginning of the file. */
  whole?(): void;
  /** Whether `idle` has work. */
  readonly waits: boolean;
  /** No line has been added for a while, so the last response is whole. */
  idle(): void;
  readonly state: ReaderState;
  /** False once it is known that nothing in the file can be the project's. */
  readonly ours: boolean;
  /** Loom's ids of the sessions that were written to. */
  readonly sessions: ReadonlySet<string>;
}
