import { posix } from 'node:path';
import { splice } from '../core/edits.js';
import type { Change, Plan } from '../core/plan.js';

/** A plan for one Worker, and the folder its paths are relative to: itself relative to the whole, with `/`. */
export interface WorkerPlan {
  readonly dir: string;
  readonly plan: Plan;
}

/** The plans of several Workers as one. A file that two of them change is changed once. */
export function joinPlans(parts: readonly WorkerPlan[]): Plan {
  const moved = parts.map(({ dir, plan }) => rebased(plan, dir));
  const changes = new Map<string, Change>();
  for (const change of moved.flatMap((plan) => plan.changes)) {
    const earlier = changes.get(change.path);
    changes.set(change.path, earlier ? merged(earlier, change) : change);
  }
  return {
    workers: moved.flatMap((plan) => plan.workers),
    findings: unique(moved.flatMap((plan) => plan.findings)),
    changes: [...changes.values()],
  };
}

/** Tool files are not mixed: whoever comes first says how, and the others find them traced. */
function merged(first: Change, second: Change): Change {
  const isShared = first.action === 'modify' && second.action === 'modify' && first.part !== 'source';
  if (!isShared) return first;
  const edits = unique([...first.edits, ...second.edits]);
  try {
    splice(first.before, edits);
    return { ...first, edits };
  } catch {
    return first;
  }
}

function rebased(plan: Plan, dir: string): Plan {
  if (dir === '.') return plan;
  const at = (path: string) => posix.join(dir, path);
  return {
    workers: plan.workers.map((worker) => ({
      ...worker,
      dir: at(worker.dir),
      config: worker.config && { ...worker.config, path: at(worker.config.path) },
      tools: worker.tools.map((tool) => ({ ...tool, file: at(tool.file) })),
    })),
    findings: plan.findings.map((finding) => ({ ...finding, file: at(finding.file) })),
    changes: plan.changes.map((change) => ({ ...change, path: at(change.path) })),
  };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
