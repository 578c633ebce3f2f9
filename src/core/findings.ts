import type { Level, RuleId } from './rules.js';

/** Something a person should know, tied to a place. `message` says what, `fix` the next step. */
export interface Finding {
  readonly rule: RuleId;
  readonly level: Level;
  /** Relative to the project folder, with `/`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

/** The 1-based line of a UTF-16 offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}
