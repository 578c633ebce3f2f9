import { startIteration, touchSession } from '../sessions/store.js';
import type { Database } from '../store/database.js';

/**
 * Turns of the sessions being read, with the time of their last row. They are updated for every row, but
 * written rarely.
 */
export class Turns {
  readonly #db: Database;
  readonly #known = new Map<string, { n: number; started_at: number }[]>();
  readonly #seen = new Map<string, number>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Starts a turn with a prompt. */
  start(sessionId: string, promptId: string | undefined, at: number): number {
    const turns = this.#turns(sessionId);
    const n = startIteration(this.#db, sessionId, promptId, at);
    if (n > (turns.at(-1)?.n ?? 0)) {
      turns.push({ n, started_at: at });
    }
    return n;
  }

  /** The number of the turn at a time. */
  at(sessionId: string, at: number): number | null {
    return this.#turns(sessionId).findLast((turn) => turn.started_at <= at)?.n ?? null;
  }

  #turns(sessionId: string): { n: number; started_at: number }[] {
    let turns = this.#known.get(sessionId);
    if (!turns) {
      turns = this.#db.all('SELECT n, started_at FROM iterations WHERE session_id = ? ORDER BY n', sessionId);
      this.#known.set(sessionId, turns);
    }
    return turns;
  }

  seen(sessionId: string, at: number): void {
    this.#seen.set(sessionId, Math.max(at, this.#seen.get(sessionId) ?? 0));
  }

  flush(): void {
    for (const [sessionId, at] of this.#seen) {
      touchSession(this.#db, sessionId, at);
    }
    this.#seen.clear();
  }
}
