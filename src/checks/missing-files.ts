import type { Finding } from '../findings.js';
import type { Plan } from '../plan.js';
import { RECORD_FILE } from '../record.js';

/** Files and entries that `init` would still write, other than configs and tools, which have rules of their own. */
export function missingFiles(plan: Plan): Finding[] {
  const sources = new Set(plan.workers.flatMap((worker) => worker.tools.map((tool) => tool.file)));
  const configs = new Set(plan.workers.map((worker) => worker.config?.path));
  return plan.changes
    .filter((change) => !sources.has(change.path) && !configs.has(change.path) && change.path !== RECORD_FILE)
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

function ruleFor(path: string): string {
  if (path.endsWith('package.json')) return 'package/dependency-missing';
  if (path.startsWith('.loom/')) return 'loom/file-missing';
  if (path.startsWith('vendor/')) return 'runtime/vendored-copy-stale';
  return 'scaffold/file-missing';
}
