import { EXIT, LoomError } from '../errors.js';

const TRIES = 3;

/**
 * Moves tables one after another, parents first. A row that somebody adds meanwhile can come before its parent, whose
 * table is through already; then it begins anew, which costs little, as what has been moved changes nothing.
 */
export async function whole(move: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await move();
    } catch (error) {
      if (!/FOREIGN KEY constraint failed/i.test((error as Error).message)) {
        throw error;
      }
      if (tried >= TRIES) {
        throw new LoomError(
          'Rows were added faster than they could be moved.',
          'Run the command again; what was moved is not moved twice.',
          EXIT.remote,
        );
      }
    }
  }
}
