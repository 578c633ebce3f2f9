import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import type { D1 } from './d1.js';
import { findTwins, type Names } from './twins.js';

const TRIES = 3;

/** Error for a session that the other side has under another id. */
const REFUSED = /UNIQUE constraint failed: sessions\.source/i;

/**
 * Moves tables one after another, parents first. A row added meanwhile can come before its parent, whose
 * table is done already. Then it starts again, which is cheap, because moved rows are skipped. So it
 * does when a session turns out to be known by two ids, which are looked up only then (`twins`, theirs by ours).
 * `move` returns how many rows it had to leave out; what the last try leaves out stays so.
 */
export async function whole(db: Database, d1: D1, move: (twins: Names) => Promise<number>): Promise<void> {
  let twins: Names = new Map();
  let before = Number.POSITIVE_INFINITY;
  for (let tried = 1; ; tried += 1) {
    try {
      const leftOut = await move(twins);
      if (leftOut === 0 || leftOut >= before || tried >= TRIES) {
        return;
      }
      before = tried === 1 ? before : leftOut;
    } catch (error) {
      if (!REFUSED.test((error as Error).message)) {
        throw error;
      }
      if (tried >= TRIES) {
        throw new LoomError(
          'Rows were added faster than they could be moved.',
          'Run the command again; rows that were already moved are skipped.',
          EXIT.remote,
        );
      }
    }
    twins = await findTwins(db, d1);
  }
}
