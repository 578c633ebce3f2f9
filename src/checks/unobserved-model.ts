import { type Finding, lineAt } from '../core/findings.js';
import type { Plan } from '../core/plan.js';

/** How a model's client is wrapped where no trace is in sight: `observeModel(undefined, client)`. */
const WRAPS_A_CLIENT = /\(undefined, $/;

/** Calls of a model that `init` would still record; those inside a tool without a trace go with the tool. */
export function unobservedModels(plan: Plan): Finding[] {
  return plan.changes.flatMap((change) => {
    if (change.purpose !== 'source' || change.action !== 'modify') return [];
    const calls = change.edits.filter(({ text }) => WRAPS_A_CLIENT.test(text));
    const lines = new Set(calls.map(({ start }) => lineAt(change.before, start)));
    return [...lines].map((line) => ({
      rule: 'langfuse/model-call-unobserved' as const,
      level: 'error' as const,
      file: change.path,
      line,
      message: 'This call of a language model is not recorded as a generation.',
      fix: 'npx create-something-observe init',
      resolution: 'planned' as const,
    }));
  });
}
