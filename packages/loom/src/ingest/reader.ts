import type { Database } from '../store/database.js';
import type { CallRecorder } from './calls.js';
import type { ToolRecorder } from './tools.js';

/** Where a reader writes what it finds. */
export interface Into {
  readonly db: Database;
  readonly calls: CallRecorder;
  readonly tools: ToolRecorder;
  /** Whether a session in this folder is the project's. */
  readonly belongs: (cwd: string) => boolean;
}

/** Reads one agent's transcripts, a line at a time. All it remembers between runs is in `state`. */
export interface TranscriptReader {
  /** A line, in order. Throws SyntaxError on what is no JSON. */
  line(text: string): void;
  /** Writes what is still held in memory; called before every save of the cursor. */
  flush(): void;
  /** Whether there is something for `idle` to do. */
  readonly waits: boolean;
  /** No line has been added for a while, so the last response is whole. */
  idle(): void;
  /** Saved with the cursor, as JSON. */
  readonly state: object;
  /** False once it is known that the file belongs to another project. */
  readonly ours: boolean;
  /** Loom's ids of the sessions that were written to. */
  readonly sessions: ReadonlySet<string>;
}
