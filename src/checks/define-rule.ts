import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import type { Level, RuleId } from '../core/rules.js';
import type { ProjectSnapshot } from '../project/snapshot.js';

/** One place where a rule is broken. */
export interface Found {
  /** Relative to the project folder, with `/`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

/** A rule of `check`, with its name and its search for findings. Its page is `docs/rules/<id>.md`. */
export interface CheckRule {
  /** `<room>/<what>`, and the rule's file below `src/checks/rules`. */
  readonly id: string;
  readonly level: Level;
  /** The rule as a statement of what is wrong, for lists of rules. */
  readonly title: string;
  /** True if `check --fix` applies the fix, because the plan contains it. */
  readonly fixable?: true;
  /** How to fix each finding. */
  readonly fix: string;
  /** Rules with a lower number are listed first. Rules without a number come last, by id. */
  readonly order?: number;
  find(plan: Plan, project: ProjectSnapshot): readonly Found[];
}

export function defineRule<const R extends CheckRule>(rule: R): R {
  return rule;
}

/** Turns broken places into findings with the rule's level and fix. */
export function findingsOf(
  { id, level, fix, fixable }: Omit<CheckRule, 'find'> & { readonly id: RuleId },
  found: readonly Found[],
): Finding[] {
  return found.map(({ file, line, message }) => ({
    rule: id,
    level,
    file,
    line,
    message,
    fix,
    ...(fixable ? { resolution: 'planned' } : {}),
  }));
}
