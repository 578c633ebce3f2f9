import { EXIT, LoomError } from '../errors.js';
import type { Issue } from '../issues/issue.js';
import type { Database } from '../store/database.js';
import { type Choice, choose, type Limits, type Strategy, type Weights } from './choose.js';
import { type RoutingConfig, readRoutingConfig } from './config.js';
import { type Candidate, type Estimate, estimates, LEARNING, type Work } from './estimate.js';
import { type History, history } from './history.js';
import { kindOf } from './kind.js';
import { priorCosts } from './prior-costs.js';

export interface Question {
  readonly issue: Issue;
  readonly strategy: Strategy;
  /** `model`, `agent` or `agent/model`; if empty, all known ones. */
  readonly among: readonly string[];
  readonly limits: Limits;
  /** 0 to 1: how often a candidate other than the best is tried. */
  readonly explore: number;
  readonly now: number;
  readonly random?: () => number;
}

export interface Recommendation extends Choice {
  readonly kind: readonly string[];
  readonly strategy: Strategy;
  readonly weights: Weights;
  readonly explored: boolean;
  /** Sessions of this kind by the recommended agent and model whose outcome is known. */
  readonly own: number;
}

const DAY_MS = 86_400_000;
/** Older outcomes have a weight below 1/60, and are left out. */
const HALF_LIVES = 6;
/** Candidates that were unused for this long are not recommended. */
const CURRENT_MS = 180 * DAY_MS;
/** Default value of a success: a multiple of a session's cost. */
const WORTH = 5;
const MIN_WORTH = 1_000_000;
/** With fewer sessions, most of an estimate is prior. */
export const MOSTLY_PRIOR = 8;

/** Recommends the agent and model for an issue. Writes nothing. */
export async function recommend(db: Database, loomDir: string, question: Question): Promise<Recommendation> {
  const config = readRoutingConfig(loomDir);
  const halfLifeDays = config.half_life_days ?? LEARNING.halfLifeDays;
  const works = history(db, question.now, {
    since: question.now - HALF_LIVES * halfLifeDays * DAY_MS,
    settleHours: config.settle_hours,
  });
  const { issue, strategy, limits, now } = question;
  const kind = kindOf(issue, taskOf(db, issue.id));
  const candidates = candidatesOf(works, config, question);
  if (candidates.length === 0) {
    throw new LoomError(
      question.among.length > 0
        ? `No agent or model that was used here matches ${question.among.join(', ')}.`
        : 'No agent has worked on an issue here yet, so there are no candidates.',
      'Name agent and model, as in --among claude-code/claude-sonnet-4-5, or list them under "candidates" in .loom/routing.json.',
      EXIT.notFound,
    );
  }
  const priors = await priorCosts(db, loomDir, works, kind, candidates, now);
  const learning = {
    halfLifeDays,
    prior: config.prior ?? LEARNING.prior,
  };
  const all = estimates(
    works,
    kind,
    candidates.map((candidate, at) => ({ ...candidate, priorCostMicros: priors[at] })),
    now,
    learning,
  );
  const weights = weightsOf(works, config);
  const choice = choose(all, strategy, weights, limits);
  if (!('chosen' in choice)) {
    const [first] = choice.excluded;
    throw new LoomError(
      `No candidate is within the limits: ${choice.excluded.map(({ estimate, why }) => `${nameOf(estimate)}: ${why}`).join('; ')}.`,
      `Raise the limit${first ? '' : ', or name candidates'}, and run the command again.`,
      EXIT.conflict,
    );
  }
  const explored = question.explore > 0 && (question.random ?? Math.random)() < question.explore;
  const tried = explored ? leastKnown(choice.others) : undefined;
  const chosen = tried ?? choice.chosen;
  return {
    ...choice,
    chosen,
    others: tried ? [choice.chosen, ...choice.others.filter((one) => one !== tried)] : choice.others,
    kind,
    strategy,
    weights,
    explored: tried !== undefined,
    own: chosen.own,
  };
}

export function nameOf({ agent, model }: { agent: string; model: string }): string {
  return agent === '' ? model : `${agent}/${model}`;
}

/** The candidate with the least history, because trying it gives the most information. */
function leastKnown(others: readonly Estimate[]): Estimate | undefined {
  return [...others].sort((a, b) => b.chance[2] - b.chance[0] - (a.chance[2] - a.chance[0]))[0];
}

/** The issue's Atlas task, if it has one. */
export function taskOf(db: Database, issueId: string): string | null {
  return (
    db.get<{ term: string }>(
      "SELECT term FROM atlas_tags WHERE entity = 'issue' AND entity_id = ? AND dimension = 'ai_task.type'",
      issueId,
    )?.term ?? null
  );
}

function candidatesOf(
  works: readonly History[],
  config: RoutingConfig,
  { among, now }: Question,
): Candidate[] {
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate) => found.set(nameOf(candidate), candidate);
  for (const { agent, model, at, sessionId } of works) {
    if (sessionId !== null && now - at < CURRENT_MS) {
      add({ agent, model });
    }
  }
  for (const candidate of config.candidates ?? []) {
    add(candidate);
  }
  for (const name of among) {
    // A pair may be new, but a single name must be known.
    const [agent, ...model] = name.split('/');
    if (agent && model.length > 0) {
      add({ agent, model: model.join('/') });
    }
  }
  return [...found.values()].filter(
    (one) =>
      (config.agents?.includes(one.agent) ?? true) &&
      (config.models?.includes(one.model) ?? true) &&
      (among.length === 0 ||
        among.some((name) => name === nameOf(one) || name === one.model || name === one.agent)),
  );
}

function weightsOf(works: readonly Work[], config: RoutingConfig): Weights {
  const costs = works
    .flatMap(({ costMicros }) => (costMicros === null ? [] : [costMicros]))
    .sort((a, b) => a - b);
  const median = costs[Math.floor(costs.length / 2)] ?? 0;
  return {
    success:
      config.weights?.success !== undefined
        ? config.weights.success * 1e6
        : Math.max(MIN_WORTH, WORTH * median),
    hour: (config.weights?.hour ?? 0) * 1e6,
  };
}
