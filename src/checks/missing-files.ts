import type { Finding } from '../core/findings.js';
import type { Plan, Purpose } from '../core/plan.js';
import type { RuleId } from '../core/rules.js';

/**
 * Files and entries that `init` would still write, other than configs and tools, which have rules of
 * their own. Files with keys are each developer's own: a fresh clone, such as CI's, has none.
 */
export function missingFiles(plan: Plan): Finding[] {
  return plan.changes.flatMap((change): Finding[] => {
    const rule = change.purpose && RULES_BY_PURPOSE[change.purpose];
    if (rule === undefined) return [];
    return [
      {
        rule,
        level: 'error',
        file: change.path,
        line: 1,
        message:
          change.action === 'create'
            ? `${change.path} is missing.`
            : `${change.path} lacks what the set-up needs.`,
        fix: 'npx create-something-observe init',
        resolution: 'planned',
      },
    ];
  });
}

const RULES_BY_PURPOSE: Readonly<Partial<Record<Purpose, RuleId>>> = {
  dependency: 'package/dependency-missing',
  loom: 'loom/file-missing',
  vendor: 'runtime/vendored-copy-stale',
  file: 'scaffold/file-missing',
};
