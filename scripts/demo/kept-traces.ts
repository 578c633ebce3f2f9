import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadPricer } from '../../packages/loom/src/prices/pricer.js';
import { SqliteTraceStore } from '../../packages/loom/src/receiver/sqlite/store.js';
import { MemoryTraceStore } from '../../packages/loom/src/receiver/store.js';
import type { Arrivals } from '../../packages/loom/src/receiver/trace.js';
import type { Database } from '../../packages/loom/src/store/database.js';
import { openLoom } from '../../packages/loom/src/store/open.js';
import { scratchFolder } from '../../test/harness/scratch.js';

/** Traces of the Worker, which the demo checks. They are also stored in a separate Loom for the dashboard. */
export class KeptTraces extends MemoryTraceStore {
  readonly #db: Database;
  readonly #disk: SqliteTraceStore;
  /** The folder above `.loom`. */
  readonly dir: string;
  readonly remove: () => Promise<void>;

  static async make(): Promise<KeptTraces> {
    const { dir, remove } = scratchFolder();
    const loomDir = join(dir, '.loom');
    mkdirSync(loomDir);
    const db = openLoom(loomDir, { durability: 'fast' });
    return new KeptTraces(db, new SqliteTraceStore(db, { pricer: await loadPricer(loomDir) }), {
      dir,
      remove,
    });
  }

  private constructor(
    db: Database,
    disk: SqliteTraceStore,
    { dir, remove }: { dir: string; remove: () => Promise<void> },
  ) {
    super();
    this.#db = db;
    this.#disk = disk;
    this.dir = dir;
    this.remove = remove;
  }

  override add(arrivals: Arrivals): Set<string> {
    this.#disk.add(arrivals);
    return super.add(arrivals);
  }

  /** From here on, another process reads the database. */
  close(): void {
    this.#db.close();
  }
}
