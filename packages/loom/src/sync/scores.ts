import { stableId } from '../ids.js';
import type { EntityReader, ScoreEntity } from './entities.js';
import { forwardedScore } from './forwarded.js';
import type { Score } from './score.js';
import type { SpanMaker } from './spans.js';

type Value = Pick<Score, 'name' | 'value'> & { readonly dataType: 'NUMERIC' | 'BOOLEAN' | 'CATEGORICAL' };

/** The scores of one outbox row; empty if the row is gone. */
export function makeScores(
  entity: ScoreEntity,
  id: string,
  reader: EntityReader,
  spans: SpanMaker,
  projectKey: string,
): Score[] {
  const score = (at: number, target: Partial<Score>, value: Value): Score => ({
    // A score's day is part of its identity on the server, so the time is the entity's and not the current
    // one.
    id: stableId(`loom:${projectKey}:score:${entity}:${id}:${value.name}`, 32),
    timestamp: new Date(at).toISOString(),
    ...target,
    ...value,
  });
  if (entity === 'trace_score') {
    const row = reader.receivedScore(id);
    return row ? [forwardedScore(row, { project: projectKey, stableId })] : [];
  }
  if (entity === 'routing_score') {
    const routing = reader.routing(id);
    const ids = spans.routingIds(id);
    if (!routing || !ids) {
      return [];
    }
    const target = { traceId: ids.traceId, observationId: ids.spanId };
    const values: Value[] = [{ name: 'routing_confidence', value: routing.confidence, dataType: 'NUMERIC' }];
    if (routing.success !== null) {
      values.push({ name: 'routing_success', value: routing.success, dataType: 'BOOLEAN' });
    }
    return values.map((value) => score(routing.at, target, value));
  }
  const session = reader.session(id);
  const totals = reader.sessionTotals(id);
  if (!session || !totals) {
    return [];
  }
  const values: Value[] = [
    { name: 'session_status', value: session.status, dataType: 'CATEGORICAL' },
    { name: 'iterations', value: totals.iterations, dataType: 'NUMERIC' },
    { name: 'files_modified', value: totals.files_modified, dataType: 'NUMERIC' },
    { name: 'unpriced_calls', value: totals.unpriced_calls, dataType: 'NUMERIC' },
  ];
  if (session.termination_reason) {
    values.push({ name: 'termination_reason', value: session.termination_reason, dataType: 'CATEGORICAL' });
  }
  if (totals.cost_micros !== null) {
    values.push({ name: 'cost_usd', value: totals.cost_micros / 1e6, dataType: 'NUMERIC' });
    if (totals.limit_micros !== null) {
      values.push({
        name: 'budget_used',
        value: totals.cost_micros / totals.limit_micros,
        dataType: 'NUMERIC',
      });
    }
  }
  return values.map((value) => score(session.started_at, { sessionId: session.id }, value));
}
