import { loadPricer } from '../prices/pricer.js';
import type { Database } from '../store/database.js';
import type { Candidate } from './estimate.js';
import type { History } from './history.js';

/** Number of newest sessions of the kind that determine its typical tokens. */
const SAMPLE = 100;

interface Tokens {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
}

/**
 * Cost of such work with a model that has none here yet: the tokens of other models, at this model's price.
 * Micro-dollars by candidate. Undefined if the candidate has its own cost, or no known price.
 */
export async function priorCosts(
  db: Database,
  loomDir: string,
  works: readonly History[],
  kind: readonly string[],
  candidates: readonly Candidate[],
  now: number,
): Promise<(number | undefined)[]> {
  const known = new Set(
    works.filter(({ costMicros }) => costMicros !== null).map(({ agent, model }) => `${agent} ${model}`),
  );
  const unknown = (one: Candidate) => !known.has(`${one.agent} ${one.model}`);
  if (!candidates.some(unknown)) {
    return candidates.map(() => undefined);
  }
  const like = works.filter((work) => work.sessionId !== null && work.kind[0] === kind[0]);
  const sample = (like.length > 0 ? like : works.filter(({ sessionId }) => sessionId !== null)).slice(
    -SAMPLE,
  );
  const [sum] = db.all<Tokens & { n: number | null }>(
    `SELECT SUM(c.input_tokens) AS input_tokens, SUM(c.output_tokens) AS output_tokens,
       SUM(c.cache_read_tokens) AS cache_read_tokens, SUM(c.cache_write_5m_tokens) AS cache_write_5m_tokens,
       SUM(c.cache_write_1h_tokens) AS cache_write_1h_tokens, COUNT(*) AS n
     FROM json_each(?) j JOIN llm_calls c ON c.session_id = json_extract(j.value, '$[0]') AND c.issue_id = json_extract(j.value, '$[1]')`,
    JSON.stringify(sample.map(({ sessionId, issueId }) => [sessionId, issueId])),
  );
  if (!sum?.n) {
    return candidates.map(() => undefined);
  }
  const each = (count: number) => Math.round(count / sample.length);
  const price = await loadPricer(loomDir);
  return candidates.map((candidate) =>
    unknown(candidate)
      ? (price({
          model: candidate.model,
          provider: null,
          service_tier: null,
          started_at: now,
          input_tokens: each(sum.input_tokens),
          output_tokens: each(sum.output_tokens),
          cache_read_tokens: each(sum.cache_read_tokens),
          cache_write_5m_tokens: each(sum.cache_write_5m_tokens),
          cache_write_1h_tokens: each(sum.cache_write_1h_tokens),
        }).micros ?? undefined)
      : undefined,
  );
}
