import type { Score } from '../checks/baseline.js';
import { PLAN_SCHEMA_VERSION, type Plan } from '../core/plan.js';

/** What to do next. */
export interface Next {
  /** null where no one command does it. */
  readonly command: string | null;
  readonly why: string;
  /** It asks for what only a person has, such as keys. */
  readonly needsHuman: boolean;
}

/** What became of a plan. */
export interface Done {
  applied: boolean;
  readonly next: Next[];
}

/** The plan as `--json` prints it: the contract that other tools read. */
export function planJson(plan: Plan, { applied, next, score }: Done & { readonly score?: Score }): string {
  const value = {
    schemaVersion: PLAN_SCHEMA_VERSION,
    applied,
    next,
    ...(score === undefined ? {} : { score }),
    workers: plan.workers.map((worker) => ({
      ...worker,
      tools: worker.tools.map(({ snippet: _snippet, isShared: _isShared, task, ...tool }) => ({
        ...tool,
        ...(task === '' ? {} : { task }),
      })),
    })),
    findings: plan.findings.map(({ resolution: _resolution, ...finding }) => finding),
    files: plan.changes.map((change) => ({
      path: change.path,
      action: change.action,
      edits: change.action === 'modify' ? change.edits.length : 1,
    })),
  };
  return JSON.stringify(value, null, 2);
}
