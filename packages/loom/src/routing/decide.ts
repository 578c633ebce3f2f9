import { tag } from '../atlas.js';
import { budgetStatus } from '../budgets/status.js';
import type { Database } from '../store/database.js';
import { nameOf, type Question, type Recommendation, recommend } from './recommend.js';
import { type RoutingDecision, recordDecision } from './store.js';

/** Recommends within the budgets, and records the decision. */
export async function routeIssue(
  db: Database,
  loomDir: string,
  question: Question,
  sessionId: string | null = null,
): Promise<{ decision: RoutingDecision; recommendation: Recommendation }> {
  const budgetMicros = budgetLeft(db, question.issue.id, question.now);
  const limitMicros = question.limits.maxCostMicros;
  const most =
    budgetMicros === undefined
      ? limitMicros
      : Math.min(budgetMicros, limitMicros ?? Number.POSITIVE_INFINITY);
  const recommendation = await recommend(db, loomDir, {
    ...question,
    limits: { ...question.limits, maxCostMicros: most },
  });
  const { chosen, others, kind, weights, excluded, explored, strategy } = recommendation;
  const decision = db.transaction(() => {
    const recorded = recordDecision(
      db,
      {
        model: chosen.model,
        agent: chosen.agent || undefined,
        confidence: chosen.chance[1],
        strategy: `lm ${strategy}`,
        reason: `${chosen.own} sessions of this kind (${kind.at(-1)})`,
        alternatives: others.map(nameOf),
        estimatedCostMicros: chosen.cost ? Math.round(chosen.cost[1]) : undefined,
        sessionId,
        issueId: question.issue.id,
        explored,
        forecast: {
          kind,
          weights,
          candidates: [chosen, ...others],
          excluded: excluded.map(({ estimate, why }) => ({ name: nameOf(estimate), why })),
        },
      },
      question.now,
    );
    tag(db, 'routing', recorded.id, { 'ai_task.type': 'route' });
    return recorded;
  });
  return { decision, recommendation };
}

/** Remaining money for this issue in enforced budgets, in micro-dollars; undefined without such a budget. */
function budgetLeft(db: Database, issueId: string, now: number): number | undefined {
  const day = budgetStatus(db, now).filter(({ scope, stop }) => scope === 'day' && stop);
  const issue = issueBudget(db, issueId);
  const budgetMicros = [...day, ...(issue ? [issue] : [])].map(({ limit_micros, spent_micros }) =>
    Math.max(0, limit_micros - spent_micros),
  );
  return budgetMicros.length > 0 ? Math.min(...budgetMicros) : undefined;
}

/**
 * The issue's own budget, or the default budget of issues, with the spent amount. The issue may not have
 * started yet.
 */
function issueBudget(
  db: Database,
  issueId: string,
): { limit_micros: number; spent_micros: number } | undefined {
  return db.get<{ limit_micros: number; spent_micros: number }>(
    `SELECT limit_micros, (SELECT COALESCE(SUM(cost_micros), 0) FROM llm_calls WHERE issue_id = ?1) AS spent_micros
     FROM budgets WHERE scope = 'issue' AND scope_id IN (?1, '*') AND stop = 1 ORDER BY scope_id = '*' LIMIT 1`,
    issueId,
  );
}
