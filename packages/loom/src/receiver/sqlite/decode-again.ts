import { isDeepStrictEqual } from 'node:util';
import type { PriceCall } from '../../prices/price.js';
import type { Database } from '../../store/database.js';
import { SYNC } from '../../sync/queues.js';
import { readAgain } from '../read-again.js';
import type { ReceivedSpan } from '../trace.js';
import { planReplacing } from './plan.js';
import { runSteps, runWrites } from './query-steps.js';
import { type ObservationRow, spanOf } from './rows.js';

export interface DecodedAgain {
  /** Number of observations read. */
  readonly read: number;
  /** Number of observations that have changed. */
  readonly changed: number;
  /** Changed observations that Langfuse already has. They can't be changed there. */
  readonly sent: number;
}

const AT_ONCE = 500;

/**
 * Reads every stored span again with the current mappings, and updates sums, costs and Atlas terms. A trace
 * keeps its age, so retention still deletes it at the same time.
 */
export function decodeAgain(db: Database, pricer: PriceCall): DecodedAgain {
  const total = { read: 0, changed: 0, sent: 0 };
  let after = 0;
  for (;;) {
    const rows = db.all<ObservationRow & { readonly sync: number }>(
      "SELECT * FROM observations WHERE seq > ? AND source = 'otlp' ORDER BY seq LIMIT ?",
      after,
      AT_ONCE,
    );
    const last = rows.at(-1);
    if (!last) {
      return total;
    }
    after = last.seq;
    total.read += rows.length;
    db.transaction(() => {
      const again = rows.flatMap((row) => {
        const before = spanOf(row);
        const span = readAgain(before);
        return isDeepStrictEqual(stored(span), stored(before)) ? [] : [{ row, span }];
      });
      total.changed += again.length;
      total.sent += again.filter(({ row }) => row.sync === SYNC.sent).length;
      const options = { pricer, now: Date.now(), countAgain: true };
      const { writes, changed } = runSteps(db, planReplacing(again, options));
      const ages = [...changed].map((id) =>
        db.get<{ id: string; updated_at: number }>('SELECT id, updated_at FROM traces WHERE id = ?', id),
      );
      runWrites(db, writes);
      for (const age of ages) {
        if (age) {
          db.run('UPDATE traces SET updated_at = ? WHERE id = ?', age.updated_at, age.id);
        }
      }
    });
  }
}

/** In the form in which the database returns it. */
function stored(span: ReceivedSpan): unknown {
  return JSON.parse(JSON.stringify(span));
}
