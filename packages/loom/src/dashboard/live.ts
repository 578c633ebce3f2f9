import type { EventSink } from '../http/route.js';
import type { Database } from '../store/database.js';
import type { Sql } from '../store/sql.js';
import type { LiveEvents } from './contract/live.js';
import { findTraceRow } from './views/trace-rows.js';

/** Polling interval for writes of other processes while a page is open. */
const POLL_MS = 500;
/** Events of one trace come in bursts. This is the shortest interval between two messages. */
const GATHER_MS = 50;
/** Interval of comment lines: they keep connections alive through proxies, and detect closed ones. */
const HEARTBEAT_MS = 15_000;
const MAX_UNREAD_BYTES = 1024 * 1024;

/** Notifies open pages of new data: traces immediately, writes of other processes within half a second. */
export class Live {
  readonly #db: Database;
  readonly #sql: Sql;
  readonly #now: () => number;
  readonly #listeners = new Set<EventSink>();
  readonly #gathered = new Set<string>();
  #timers: NodeJS.Timeout[] = [];
  #gathering: NodeJS.Timeout | undefined;
  #version: unknown;

  /** `db` must be a connection without writes: SQLite reports only the writes of others. */
  constructor(db: Database, sql: Sql, now: () => number) {
    this.#db = db;
    this.#sql = sql;
    this.#now = now;
  }

  listen(response: EventSink): void {
    response.write('retry: 1000\n\n');
    this.#listeners.add(response);
    if (this.#listeners.size === 1) {
      this.#version = this.#dataVersion();
      this.#timers = [
        setInterval(() => this.#poll(), POLL_MS),
        setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS),
      ];
    }
    response.once('close', () => {
      this.#listeners.delete(response);
      if (this.#listeners.size === 0) {
        this.close();
      }
    });
  }

  /** Notifies pages that a trace is new or has changed. */
  trace(id: string): void {
    if (this.#listeners.size === 0) {
      return;
    }
    this.#gathered.add(id);
    this.#gathering ??= setTimeout(() => this.#tell(), GATHER_MS);
  }

  close(): void {
    for (const timer of this.#timers) {
      clearInterval(timer);
    }
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#timers = [];
  }

  async #tell(): Promise<void> {
    this.#gathering = undefined;
    const ids = [...this.#gathered];
    this.#gathered.clear();
    try {
      for (const id of ids) {
        const row = await findTraceRow(this.#sql, id);
        if (row) {
          this.#send('trace', row);
        }
      }
    } catch {
      // For example, the database is locked for long. The pages then query it themselves and show the error.
      this.#send('changed', { at: this.#now() });
    }
  }

  #poll(): void {
    const version = this.#dataVersion();
    if (version !== this.#version) {
      this.#version = version;
      this.#send('changed', { at: this.#now() });
    }
  }

  /** The last known version if the database can't be read. The next poll tries again. */
  #dataVersion(): unknown {
    try {
      return this.#db.get('PRAGMA data_version')?.data_version;
    } catch {
      return this.#version;
    }
  }

  #send<Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): void {
    this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    for (const listener of this.#listeners) {
      if (listener.writableLength > MAX_UNREAD_BYTES) {
        // A page that does not read, such as a sleeping tab, reconnects when it wakes.
        listener.destroy();
      } else {
        listener.write(text);
      }
    }
  }
}
