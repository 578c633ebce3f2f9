import type { Ledger } from '../ledger/calls.js';
import type { Database } from '../store/database.js';
import type { Folders } from './belonging.js';
import type { ToolRecorder } from './tools.js';

/** Destination of a reader's data. */
export interface Destination {
  readonly db: Database;
  readonly calls: Ledger;
  readonly tools: ToolRecorder;
  readonly folders: Folders;
}

/** State of a reader between runs, saved with the cursor as JSON. */
export interface ReaderState {
  /** Why rows were left out: they belong to other folders, or to a deleted folder. */
  left?: 'foreign' | 'gone';
  /** For a database: the time of the last row that was read, in its own unit. */
  since?: number;
}

/** Reads one agent's transcripts, line by line. Its only memory between runs is `state`. */
export interface TranscriptReader {
  /** Every relevant line contains at least one of these texts. If missing, all lines are relevant. */
  readonly marks?: readonly string[];
  /** Reads the next line. Throws SyntaxError if it is not JSON. */
  line(text: string): void;
  /** Writes buffered data. Called before every save of the cursor. */
  flush(): void;
  /** Called after all existing lines were read from the start of the file. */
  whole?(): void;
  /** Whether `idle` has work. */
  readonly waits: boolean;
  /** Called after a time without new lines: the last response is complete. */
  idle(): void;
  readonly state: ReaderState;
  /** False as soon as the file can't contain data of the project. */
  readonly ours: boolean;
  /** Loom's ids of the changed sessions. */
  readonly sessions: ReadonlySet<string>;
}
