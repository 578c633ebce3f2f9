import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';

type Known = Pick<Finding, 'rule' | 'file' | 'message'>;

/**
 * Findings that are not in the baseline. Line numbers do not count, because lines move. Two equal findings
 * need two entries.
 */
export function withoutKnown(
  findings: readonly Finding[],
  known: readonly Known[],
): { fresh: Finding[]; known: number } {
  const left = new Map<string, number>();
  for (const one of known) left.set(identity(one), (left.get(identity(one)) ?? 0) + 1);
  const fresh = findings.filter((finding) => {
    const count = left.get(identity(finding)) ?? 0;
    left.set(identity(finding), count - 1);
    return count <= 0;
  });
  return { fresh, known: findings.length - fresh.length };
}

function identity({ rule, file, message }: Known): string {
  return JSON.stringify([rule, file, message]);
}

/** Coverage of a project: the share of handlers that are traced. */
export interface Score {
  readonly traced: number;
  readonly handlers: number;
  /** 0 to 100, rounded down, so that 100 means all. null if there are no handlers. */
  readonly percent: number | null;
}

export function scoreOf({ workers }: Plan): Score {
  const tools = workers.flatMap((worker) => worker.tools).filter(({ status }) => status !== 'ignored');
  const traced = tools.filter(({ status }) => status === 'traced').length;
  const percent = tools.length === 0 ? null : Math.floor((100 * traced) / tools.length);
  return { traced, handlers: tools.length, percent };
}
