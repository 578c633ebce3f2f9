import type { Finding } from '../findings.js';
import type { Plan } from '../plan.js';

/** Sources that `init` would still change though none of their tools lacks a trace: model calls it would record. */
export function unobservedModels(plan: Plan): Finding[] {
  const open = plan.workers.flatMap((worker) => worker.tools.filter((tool) => tool.status === 'planned'));
  const files = new Set(open.map((tool) => tool.file));
  return plan.changes
    .filter((change) => change.part === 'source' && !files.has(change.path))
    .map((change) => ({
      rule: 'langfuse/model-call-unobserved',
      level: 'error' as const,
      file: change.path,
      line: 1,
      message: 'Calls of a language model in this file are not recorded as generations.',
      fix: 'npx create-something-observe init',
    }));
}
