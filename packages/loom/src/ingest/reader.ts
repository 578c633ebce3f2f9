/** Reads one agent's transcripts, a line at a time. All it remembers between runs is in `state`. */
export interface TranscriptReader {
  /** A line, in order. Throws SyntaxError on what is no JSON. */
  line(text: string): void;
  /** Writes what is still held in memory; called before every save of the cursor. */
  flush(): void;
  /** No line has been added for a while, so the last response is whole. */
  idle(): void;
  /** Saved with the cursor, as JSON. */
  readonly state: object;
  /** False once it is known that the file belongs to another project. */
  readonly ours: boolean;
  /** Loom's ids of the sessions that were written to. */
  readonly sessions: ReadonlySet<string>;
}
