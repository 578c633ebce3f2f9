import { count } from '../dashboard/measure/count.js';
import { measuresOf, sum } from '../dashboard/measure/sums.js';
import type { Sql } from '../store/sql.js';
import type { Rule } from './store.js';
import { judge, readThreshold, type Threshold } from './threshold.js';

/** The period of a rule that names none. */
const DEFAULT_SPAN_MS = 10 * 60_000;

export type RuleState = 'firing' | 'ok' | 'unknown';

export interface Evaluated {
  readonly rule: Rule;
  readonly threshold: Threshold;
  /** `unknown`: nothing was recorded in the period. */
  readonly state: RuleState;
  readonly value: number | null;
  readonly requests: number;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
}

/** Current value of a rule at `now` (Unix ms), from the same counts as the pages. */
export async function evaluate(db: Sql, now: number, rule: Rule): Promise<Evaluated> {
  const threshold = readThreshold(rule.when);
  const from = now - (threshold.spanMs ?? DEFAULT_SPAN_MS);
  const to = now + 1;
  const measures = measuresOf(
    sum(
      await count(db, {
        edges: [[from, to]],
        filter: { tool: threshold.tool ?? undefined, server: rule.server, environment: rule.environment },
      }),
    ),
  );
  const { value, passed } = judge(threshold, measures);
  return {
    rule,
    threshold,
    state: passed === null ? 'unknown' : passed ? 'firing' : 'ok',
    value,
    requests: measures.requests,
    from,
    to,
  };
}
