import type { Score } from '../checks/baseline.js';
import { PLAN_SCHEMA_VERSION, type Plan } from '../core/plan.js';
import type { Fault } from './report-error.js';
import type { Reviewable } from './reviewable.js';

/** What to do next. */
export interface Next {
  /** null if no single command does it. */
  readonly command: string | null;
  readonly why: string;
  /** True if it asks for things that only a person has, such as keys. */
  readonly needsHuman: boolean;
}

/** Result of a plan. */
export interface Done {
  applied: boolean;
  readonly next: Next[];
  /** The error that stopped it. */
  error?: Fault;
}

/** Members that only some commands add to the plan. */
interface More extends Partial<Reviewable> {
  readonly score?: Score;
}

/** The plan as `--json` prints it: the contract that other tools read. */
export function planJson(
  plan: Plan,
  { applied, next, error, score, questions, answers, fingerprint }: Done & More,
): string {
  const value = {
    schemaVersion: PLAN_SCHEMA_VERSION,
    applied,
    next,
    error,
    score,
    questions,
    answers,
    fingerprint,
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
