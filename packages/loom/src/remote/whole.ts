import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import type { D1 } from './d1.js';
import { findTwins } from './twins.js';

const TRIES = 3;

/** What a row is refused with that came before its parent, or whose session the other side has under another id. */
const REFUSED = /FOREIGN KEY constraint failed|UNIQUE constraint failed: sessions\.source/i;

/**
 * Moves tables one after another, parents first. A row that somebody adds meanwhile can come before its parent, whose
 * table is through already; then it begins anew, which costs little, as what has been moved changes nothing. So it
 * does when a session turns out to be known by two ids, which are looked up only then (`twins`, theirs by ours).
 */
export async function whole(
  db: Database,
  d1: D1,
  move: (twins: ReadonlyMap<string, string>) => Promise<void>,
): Promise<void> {
  let twins: ReadonlyMap<string, string> = new Map();
  for (let tried = 1; ; tried += 1) {
    try {
      return await move(twins);
    } catch (error) {
      if (!REFUSED.test((error as Error).message)) {
        throw error;
      }
      if (tried >= TRIES) {
        throw new LoomError(
          'Rows were added faster than they could be moved.',
          'Run the command again; what was moved is not moved twice.',
          EXIT.remote,
        );
      }
      twins = await findTwins(db, d1);
    }
  }
}
