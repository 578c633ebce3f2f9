import type { Database } from '../store/database.js';
import { expectedValue } from './choose.js';
import { type Estimate, estimates, LEARNING, type Learning, type Work } from './estimate.js';
import { history } from './history.js';
import { indexed, outcomeOf } from './outcomes.js';
import type { Forecast, RoutingDecision } from './store.js';

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly decisions: number;
  /** Means; null for an empty bin. */
  readonly forecast: number | null;
  readonly observed: number | null;
}

export interface Reliability {
  readonly decisions: number;
  readonly bins: readonly Bin[];
  /** Mean of (forecast - outcome)². A constant forecast of one half has 0.25. Null without an outcome. */
  readonly brier: number | null;
  /** Mean difference between forecast and outcome over the bins. */
  readonly calibration_error: number | null;
}

export const RULES = ['always best', 'always cheapest', 'earlier rules'] as const;

export interface Regret {
  readonly kind: string;
  readonly decisions: number;
  /** Improvement in micro-dollars if the rule had been followed (below 0: worse), with today's estimates. */
  readonly beside: Readonly<Record<(typeof RULES)[number], number>>;
}

export interface Judgement {
  readonly reliability: Reliability;
  readonly regret: readonly Regret[];
  readonly explored: number;
  readonly overridden: number;
  /** Decisions with contradictory evidence. */
  readonly contradicting: readonly string[];
}

interface Pair {
  readonly forecast: number;
  /** 0 to 1. */
  readonly success: number;
}

const BINS = 5;

/**
 * Quality of the decisions of `lm route`, and of manual decisions with a confidence.
 * @param since Unix ms; `until` too, exclusive
 */
export function judge(
  db: Database,
  since: number,
  now: number,
  settleHours?: number,
  until = Number.MAX_SAFE_INTEGER,
): Judgement {
  const rows = db.all<Omit<RoutingDecision, 'forecast'> & { forecast: string | null }>(
    'SELECT * FROM routing_decisions WHERE at >= ? AND at < ? ORDER BY at',
    since,
    until,
  );
  // The whole history is read only if there is a decision to compare with it.
  const works = rows.length > 0 ? history(db, now, { settleHours }) : [];
  const index = indexed(works);
  const setAside = new Set(rows.map(({ overrides }) => overrides));
  const pairs: Pair[] = [];
  const contradicting: string[] = [];
  const byKind = new Map<string, { decisions: number; beside: Record<(typeof RULES)[number], number> }>();
  const known = new Map<string, Estimate[]>();
  for (const row of rows.filter(({ id }) => !setAside.has(id))) {
    const outcome = outcomeOf(row, index);
    if (outcome.contradicts) {
      contradicting.push(row.id);
    }
    if (outcome.success === null) {
      continue;
    }
    pairs.push({ forecast: row.confidence, success: outcome.success });
    const forecast = row.forecast === null ? undefined : (JSON.parse(row.forecast) as Forecast);
    if (forecast) {
      const key = `${forecast.kind.at(-1)} ${forecast.candidates.map(({ agent, model }) => `${agent}/${model}`).join(' ')}`;
      const today = known.get(key) ?? estimates(works, forecast.kind, forecast.candidates, now);
      known.set(key, today);
      const general = forecast.kind[0] ?? '';
      const sum = byKind.get(general) ?? {
        decisions: 0,
        beside: { 'always best': 0, 'always cheapest': 0, 'earlier rules': 0 },
      };
      byKind.set(general, sum);
      sum.decisions += 1;
      for (const rule of RULES) {
        sum.beside[rule] += beside(rule, today, row, forecast);
      }
    }
  }
  return {
    reliability: reliability(pairs),
    regret: [...byKind].map(([kind, one]) => ({ kind, ...one })).sort((a, b) => b.decisions - a.decisions),
    explored: rows.filter(({ explored }) => explored === 1).length,
    overridden: rows.filter(({ overrides }) => overrides !== null).length,
    contradicting,
  };
}

/** Forecasts each work with a known outcome from all other works, to measure the reliability of forecasts. */
export function replay(works: readonly Work[], learning: Learning = LEARNING): Reliability {
  const known = works.filter(({ success }) => success !== null);
  const pairs = known.map((work): Pair => {
    const others = works.filter((one) => one !== work);
    const [estimate] = estimates(
      others,
      work.kind,
      [{ agent: work.agent, model: work.model }],
      work.at,
      learning,
    );
    return { forecast: estimate?.chance[1] ?? 0.5, success: work.success ?? 0 };
  });
  return reliability(pairs);
}

function reliability(pairs: readonly Pair[]): Reliability {
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const bins = Array.from({ length: BINS }, (_, bin): Bin => {
    const some = pairs.filter(({ forecast }) => Math.min(BINS - 1, Math.floor(forecast * BINS)) === bin);
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      decisions: some.length,
      forecast: mean(some.map(({ forecast }) => forecast)),
      observed: mean(some.map(({ success }) => success)),
    };
  });
  return {
    decisions: pairs.length,
    bins,
    brier: mean(pairs.map(({ forecast, success }) => (forecast - success) ** 2)),
    calibration_error:
      pairs.length === 0
        ? null
        : bins.reduce(
            (sum, { decisions, forecast, observed }) =>
              sum + decisions * Math.abs((forecast ?? 0) - (observed ?? 0)),
            0,
          ) / pairs.length,
  };
}

function beside(
  rule: (typeof RULES)[number],
  today: readonly Estimate[],
  decision: Pick<RoutingDecision, 'chosen_agent' | 'chosen_model'>,
  { kind, weights }: Forecast,
): number {
  const chosen = today.find(
    ({ agent, model }) => model === decision.chosen_model && agent === (decision.chosen_agent ?? ''),
  );
  const other = byRule(rule, today, kind);
  return chosen && other ? expectedValue(other, weights) - expectedValue(chosen, weights) : 0;
}

function byRule(
  rule: (typeof RULES)[number],
  today: readonly Estimate[],
  kind: readonly string[],
): Estimate | undefined {
  const byCost = [...today].sort((a, b) => (a.cost?.[1] ?? 0) - (b.cost?.[1] ?? 0));
  switch (rule) {
    case 'always best':
      return byCost.at(-1);
    case 'always cheapest':
      return byCost[0];
    case 'earlier rules':
      return byEarlierRules(byCost, kind);
  }
}

/**
 * The keyword rules of the earlier Loom: simple work to the cheapest model, hard work to the most expensive,
 * the rest to the one between.
 */
function byEarlierRules<T>(byCost: readonly T[], kind: readonly string[]): T | undefined {
  const words = kind.join(' ');
  if (/\b(chore|docs?|typo|rename|format|small)\b/.test(words)) {
    return byCost[0];
  }
  if (/\b(architecture|security|epic|feature|large)\b/.test(words)) {
    return byCost.at(-1);
  }
  return byCost[Math.floor(byCost.length / 2)];
}
