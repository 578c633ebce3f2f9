import { type Level, levelOf, type RuleId } from './rules.js';

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
  /** Absent if the plan does not fix it. */
  readonly resolution?: Resolution;
}

/** The plan fixes the finding, the user chose to keep it, the user has to act, or it is only information. */
export type Resolution = 'planned' | 'kept-off' | 'manual' | 'none';

/** Creates a finding. Its level is the rule's, unless another one is given. */
export function finding(words: Omit<Finding, 'level'> & { readonly level?: Level }): Finding {
  return { ...words, level: words.level ?? levelOf(words.rule) };
}

/** The 1-based line of a UTF-16 offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}
