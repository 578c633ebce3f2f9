import { tag } from '../atlas.js';
import { budgetStatus } from '../budgets/status.js';
import type { Database } from '../store/database.js';
import { nameOf, type Question, type Recommendation, recommend } from './recommend.js';
import { type RoutingDecision, recordDecision } from './store.js';

/** Recommends, within the budgets, and records the decision. */
export async function routeIssue(
  db: Database,
  loomDir: string,
  question: Question,
  sessionId: string | null = null,
): Promise<{ decision: RoutingDecision; recommendation: Recommendation }> {
  const left = budgetLeft(db, question.issue.id, question.now);
  const asked = question.limits.maxCostMicros;
  const most = left === undefined ? asked : Math.min(left, asked ?? Number.POSITIVE_INFINITY);
  const recommendation = await recommend(db, loomDir, {
    ...question,
    limits: { ...question.limits, maxCostMicros: most },
  });
  const { chosen, others, kind, weights, excluded, explored, strategy } = recommendation;
  const decision = db.transaction(() => {
    const made = recordDecision(
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
    tag(db, 'routing', made.id, { 'ai_task.type': 'route' });
    return made;
  });
  return { decision, recommendation };
}

/** Money left for this issue in budgets that stop, in micro-dollars; undefined without one. */
function budgetLeft(db: Database, issueId: string, now: number): number | undefined {
  const day = budgetStatus(db, now).filter(({ scope, stop }) => scope === 'day' && stop);
  const issue = issueBudget(db, issueId);
  const left = [...day, ...(issue ? [issue] : [])].map(({ limit_micros, spent_micros }) =>
    Math.max(0, limit_micros - spent_micros),
  );
  return left.length > 0 ? Math.min(...left) : undefined;
}

/** The issue's own budget, or that of every issue, with what was spent on it; it may not be begun yet. */
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
