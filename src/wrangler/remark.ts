import { type Finding, finding, type Resolution } from '../core/findings.js';
import type { Level, RuleId } from '../core/rules.js';
import type { ConfigPath } from './changes.js';
import type { WranglerDocument } from './document.js';

/** A finding that knows its key and not yet its line. */
export interface Remark {
  readonly rule: RuleId;
  /** Absent where it is that of the rule. */
  readonly level?: Level;
  readonly path: ConfigPath;
  readonly message: string;
  readonly fix: string;
  readonly resolution?: Resolution;
}

export function located(remarks: readonly Remark[], document: WranglerDocument): Finding[] {
  return remarks.map(({ path, ...remark }) =>
    finding({ ...remark, file: document.path, line: document.lineOf(path) }),
  );
}
