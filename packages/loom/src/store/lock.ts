import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from './database.js';

interface Owner {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

/**
 * A named lock in the database, for work that must not run twice. It expires if its holder dies or stops
 * renewing it.
 */
export class Lock {
  readonly #db: Database;
  readonly #name: string;
  readonly #lifeMs: number;
  readonly #owner: Owner = { id: randomUUID(), host: hostname(), pid: process.pid };

  constructor(db: Database, name: string, lifeMs: number) {
    this.#db = db;
    this.#name = name;
    this.#lifeMs = lifeMs;
  }

  /** The process that holds the lock; undefined if it is now ours. */
  take(now: number = Date.now()): Owner | undefined {
    return this.#db.transaction(() => {
      const row = this.#db.get<{ owner: string; expires_at: number }>(
        'SELECT owner, expires_at FROM locks WHERE name = ?',
        this.#name,
      );
      const holder = row && (JSON.parse(row.owner) as Owner);
      if (row && holder && row.expires_at > now && !isDead(holder)) {
        return holder;
      }
      this.#db.run('DELETE FROM locks WHERE name = ?', this.#name);
      this.#db.run(
        'INSERT INTO locks(name, owner, expires_at) VALUES (?, ?, ?)',
        this.#name,
        JSON.stringify(this.#owner),
        now + this.#lifeMs,
      );
      return undefined;
    });
  }

  /** Returns false if another process took the lock in the meantime. Then the holder must stop. */
  renew(now: number = Date.now()): boolean {
    return (
      this.#db.run(
        'UPDATE locks SET expires_at = ? WHERE name = ? AND owner = ?',
        now + this.#lifeMs,
        this.#name,
        JSON.stringify(this.#owner),
      ) === 1
    );
  }

  release(): void {
    this.#db.run('DELETE FROM locks WHERE name = ? AND owner = ?', this.#name, JSON.stringify(this.#owner));
  }
}

function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) {
    return false;
  }
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
