import { OWN_PRICES, type PricedCall } from '../prices/price.js';
import type { Pricer } from '../prices/pricer.js';
import type { Database } from '../store/database.js';
import { readMeta, writeMeta } from '../store/meta.js';

/** The key of the digest of the prices that were used last. */
const PRICES = 'prices';

type RepricedRow = Omit<PricedCall, 'tool_requests' | 'writes_are_split'> & {
  readonly id: string;
  readonly source: string;
  readonly cost_micros: number | null;
  readonly tool_requests: string | null;
  readonly lower_bound: string | null;
};

/**
 * Prices calls again after a change of prices.json: calls without a price, and those of models that are or
 * were in the file. Returns the number of changed calls.
 */
export function priceAgain(db: Database, price: Pricer): number {
  const { models, digest } = price.own;
  const changed = readMeta(db, PRICES) !== digest;
  const rows = db.all<RepricedRow>("SELECT * FROM llm_calls WHERE cost_basis = 'unpriced'");
  if (changed) {
    rows.push(
      ...db.all<RepricedRow>(
        `SELECT * FROM llm_calls WHERE cost_basis = 'calculated'
           AND (price_version = ?1 OR model IN (SELECT value FROM json_each(?2)))`,
        OWN_PRICES,
        JSON.stringify(models),
      ),
    );
  }
  let priced = 0;
  for (const row of rows) {
    if (!['transcript', 'otel', 'sdk'].includes(row.source)) {
      continue;
    }
    const { micros, version, bound } = price({
      ...row,
      tool_requests: row.tool_requests === null ? null : JSON.parse(row.tool_requests),
      writes_are_split: row.lower_bound === null,
    });
    if (micros !== row.cost_micros) {
      db.run(
        'UPDATE llm_calls SET cost_micros = ?, cost_basis = ?, price_version = ?, lower_bound = ? WHERE id = ?',
        micros,
        micros === null ? 'unpriced' : 'calculated',
        version,
        bound,
        row.id,
      );
      priced += 1;
    }
  }
  if (changed) {
    writeMeta(db, PRICES, digest);
  }
  return priced;
}
