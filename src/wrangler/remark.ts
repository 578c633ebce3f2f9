import { type Finding, finding, type Resolution } from '../core/findings.js';
import type { Level, RuleId } from '../core/rules.js';
import type { ConfigPath } from './changes.js';
import type { WranglerDocument } from './document.js';

/** A finding with a key, whose line is not known yet. */
export interface Remark {
  readonly rule: RuleId;
  /** Absent if it is the rule's level. */
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
