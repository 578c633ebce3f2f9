import { PLAN_SCHEMA_VERSION, type Plan } from '../core/plan.js';

/** The plan as `--json` prints it: the contract that other tools read. */
export function planJson(plan: Plan): string {
  const value = {
    schemaVersion: PLAN_SCHEMA_VERSION,
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
