import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import type { RuleId } from '../core/rules.js';

/**
 * Files and entries that `init` would still write, other than configs and tools, which have rules of
 * their own. Files with keys are each developer's own: a fresh clone, such as CI's, has none.
 */
export function missingFiles(plan: Plan): Finding[] {
  return plan.changes
    .filter((change) => change.part === 'scaffold')
    .map((change) => ({
      rule: ruleFor(change.path),
      level: 'error' as const,
      file: change.path,
      line: 1,
      message:
        change.action === 'create'
          ? `${change.path} is missing.`
          : `${change.path} lacks what the set-up needs.`,
      fix: 'npx create-something-observe init',
    }));
}

function ruleFor(path: string): RuleId {
  if (path.endsWith('package.json')) return 'package/dependency-missing';
  if (/(?:^|\/)\.loom\//.test(path)) return 'loom/file-missing';
  if (/(?:^|\/)vendor\//.test(path)) return 'runtime/vendored-copy-stale';
  return 'scaffold/file-missing';
}
