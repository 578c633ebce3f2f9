import { dollarsToMicros } from '../money.js';
import { OWN_PRICES, type PricedCall, type Pricer } from '../prices/pricer.js';
import { issueAt } from '../sessions/attribution.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';
import { firstNative } from './native.js';

export interface CallFacts {
  readonly id: string;
  readonly sessionId: string;
  readonly iteration: number | null;
  readonly agentId: string | null;
  /** Null where the agent does not tell: Claude's models have more than one. */
  readonly provider: string | null;
  readonly model: string;
  readonly at: number;
  /** The last row of it, at or after `at`. */
  readonly endedAt: number;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly tier: string | null;
  /** US dollars that the agent itself reported. */
  readonly reportedDollars: number | null;
  readonly final: boolean;
}

/** Where the digest of prices.json is noted that calls were priced by. */
const PRICES = 'prices';

interface KnownCall {
  readonly total_tokens: number;
  readonly final: number;
  readonly source: string;
}

/** Writes the calls that readers of transcripts find. Every write may come again and changes nothing the second time. */
export class CallRecorder {
  readonly #db: Database;
  readonly #price: Pricer;
  readonly #firstTold = new Map<string, number>();
  newCalls = 0;
  updatedCalls = 0;

  constructor(db: Database, price: Pricer) {
    this.#db = db;
    this.#price = price;
  }

  /**
   * One API response, which a transcript holds as several rows with growing usage, and which resumed sessions
   * and subagents repeat. The session that had it first keeps it; the largest usage is the true one.
   */
  record(facts: CallFacts): void {
    const known = this.#db.get<KnownCall>(
      'SELECT total_tokens, final, source FROM llm_calls WHERE id = ?',
      facts.id,
    );
    const total = facts.input + facts.output + facts.cacheRead + facts.cacheWrite5m + facts.cacheWrite1h;
    if (!known) {
      if (!this.#told(facts)) {
        this.#insert(facts);
        this.newCalls += 1;
      }
      return;
    }
    if (known.source !== 'transcript') {
      return;
    }
    if (total > known.total_tokens) {
      this.#update(facts, known.final === 1);
      this.updatedCalls += 1;
    } else if (facts.final) {
      this.settle(facts.id);
    }
  }

  /** No more rows of this call will come. */
  settle(id: string): void {
    this.#db.run('UPDATE llm_calls SET final = 1 WHERE id = ? AND final = 0', id);
  }

  /** Prices what had no price, and, where prices.json has changed, what it speaks of or spoke of; how many changed. */
  priceAgain(): number {
    const { models, digest } = this.#price.own;
    const changed = readMeta(this.#db, PRICES) !== digest;
    const rows = this.#db.all<PricedCall & { id: string; cost_micros: number | null }>(
      `SELECT * FROM llm_calls WHERE source IN ('transcript', 'otel') AND (cost_basis = 'unpriced'
         OR (?1 AND cost_basis = 'calculated' AND (price_version = ?2 OR model IN (SELECT value FROM json_each(?3)))))`,
      changed,
      OWN_PRICES,
      JSON.stringify(models),
    );
    let priced = 0;
    for (const row of rows) {
      const { micros, version } = this.#price(row);
      if (micros !== row.cost_micros) {
        this.#db.run(
          'UPDATE llm_calls SET cost_micros = ?, cost_basis = ?, price_version = ? WHERE id = ?',
          micros,
          micros === null ? 'unpriced' : 'calculated',
          version,
          row.id,
        );
        priced += 1;
      }
    }
    if (changed) {
      writeMeta(this.#db, PRICES, digest);
    }
    return priced;
  }

  /** Asked once for each session and kept while this run lasts, since hardly any session is told natively. */
  #told(facts: CallFacts): boolean {
    let first = this.#firstTold.get(facts.sessionId);
    if (first === undefined) {
      first = firstNative(this.#db, facts.sessionId);
      this.#firstTold.set(facts.sessionId, first);
    }
    return facts.endedAt >= first;
  }

  #insert(facts: CallFacts): void {
    const { micros, basis, version } = this.#cost(facts);
    this.#db.run(
      `INSERT INTO llm_calls(id, session_id, iteration, issue_id, agent_id, provider, model,
         started_at, ended_at, input_tokens, output_tokens, reasoning_tokens, cache_read_tokens, cache_write_5m_tokens,
         cache_write_1h_tokens, cost_micros, cost_basis, price_version, service_tier, source, final)
       VALUES (?1, ?2, ?3, ${issueAt('?2', '?7')},
         ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, 'transcript', ?19)`,
      facts.id,
      facts.sessionId,
      facts.iteration,
      facts.agentId,
      facts.provider,
      facts.model,
      facts.at,
      Math.max(facts.at, facts.endedAt),
      facts.input,
      facts.output,
      facts.reasoning,
      facts.cacheRead,
      facts.cacheWrite5m,
      facts.cacheWrite1h,
      micros,
      basis,
      version,
      facts.tier,
      facts.final,
    );
  }

  #update(facts: CallFacts, wasFinal: boolean): void {
    const { micros, basis, version } = this.#cost(facts);
    this.#db.run(
      `UPDATE llm_calls SET ended_at = MAX(started_at, ?), input_tokens = ?, output_tokens = ?, reasoning_tokens = ?,
         cache_read_tokens = ?, cache_write_5m_tokens = ?, cache_write_1h_tokens = ?, cost_micros = ?, cost_basis = ?,
         price_version = ?, final = ? WHERE id = ?`,
      facts.endedAt,
      facts.input,
      facts.output,
      facts.reasoning,
      facts.cacheRead,
      facts.cacheWrite5m,
      facts.cacheWrite1h,
      micros,
      basis,
      version,
      facts.final || wasFinal,
      facts.id,
    );
  }

  #cost(facts: CallFacts): { micros: number | null; basis: string; version: string | null } {
    if (facts.reportedDollars !== null) {
      return { micros: dollarsToMicros(facts.reportedDollars), basis: 'reported', version: null };
    }
    const { micros, version } = this.#price({
      model: facts.model,
      provider: facts.provider,
      service_tier: facts.tier,
      started_at: facts.at,
      input_tokens: facts.input,
      output_tokens: facts.output,
      cache_read_tokens: facts.cacheRead,
      cache_write_5m_tokens: facts.cacheWrite5m,
      cache_write_1h_tokens: facts.cacheWrite1h,
    });
    return { micros, basis: micros === null ? 'unpriced' : 'calculated', version };
  }
}
