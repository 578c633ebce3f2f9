import { grouped } from '../grouped.js';
import type { Database } from '../store/database.js';
import type { Evidence } from './evidence.js';
import { type History, history, successOf } from './history.js';
import type { RoutingDecision } from './store.js';

export interface DecisionOutcome {
  /** 0 to 1; null if unknown. */
  readonly success: number | null;
  readonly evidence: readonly Evidence[];
  readonly contradicts: boolean;
  readonly costMicros: number | null;
  readonly durationMs: number | null;
}

const DAY_MS = 86_400_000;
/** Work that starts later does not belong to the decision. */
const BEGINS_WITHIN_MS = 7 * DAY_MS;

/** Work by issue and by session, so that each decision needs to check only a few. */
export interface WorkIndex {
  readonly byIssue: ReadonlyMap<string, readonly History[]>;
  readonly bySession: ReadonlyMap<string, readonly History[]>;
}

/** @param works oldest first */
export function indexed(works: readonly History[]): WorkIndex {
  const own = works.filter(({ sessionId }) => sessionId !== null);
  return {
    byIssue: grouped(own, ({ issueId }) => issueId ?? ''),
    bySession: grouped(own, ({ sessionId }) => sessionId ?? ''),
  };
}

/**
 * Outcome of a decision: from its session, or from the next work on its issue by the chosen agent and model.
 */
export function outcomeOf(decision: Decided, { byIssue, bySession }: WorkIndex): DecisionOutcome {
  const near =
    decision.session_id === null ? byIssue.get(decision.issue_id ?? '') : bySession.get(decision.session_id);
  const own = near?.find((work) => isFor(decision, work));
  const person: Evidence[] =
    decision.success === null
      ? []
      : [
          {
            source: 'person',
            success: decision.success === 1,
            weight: 1,
            says: `a person: ${decision.success === 1 ? 'good' : 'not good'}${decision.notes ? ` (${decision.notes})` : ''}`,
          },
        ];
  const evidence = [...(own?.evidence ?? []).filter(({ source }) => source !== 'person'), ...person];
  return {
    success: successOf(evidence),
    evidence,
    contradicts: new Set(evidence.map(({ success }) => success)).size > 1,
    costMicros: decision.actual_cost_micros ?? own?.costMicros ?? null,
    durationMs: own?.durationMs ?? null,
  };
}

export function evidenceOf(db: Database, decision: RoutingDecision, now: number): DecisionOutcome {
  return outcomeOf(decision, indexed(history(db, now)));
}

export type Decided = Pick<
  RoutingDecision,
  | 'session_id'
  | 'issue_id'
  | 'chosen_agent'
  | 'chosen_model'
  | 'at'
  | 'success'
  | 'notes'
  | 'actual_cost_micros'
>;

function isFor(decision: Decided, { sessionId, issueId, agent, model, at }: History): boolean {
  if (decision.issue_id !== null && issueId !== decision.issue_id) {
    return false;
  }
  if (decision.session_id !== null) {
    return sessionId === decision.session_id;
  }
  return (
    decision.issue_id !== null &&
    at >= decision.at &&
    at < decision.at + BEGINS_WITHIN_MS &&
    model === decision.chosen_model &&
    (decision.chosen_agent === null || agent === decision.chosen_agent)
  );
}
