import { afterAll, beforeAll } from 'vitest';
import { laptopHome } from '../../../packages/loom/src/dashboard/laptop.js';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { type Receiver, startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { linkSessions } from '../../../packages/loom/src/receiver/sqlite/link.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { openLoom, openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { LocalSql } from '../../../packages/loom/src/store/sql.js';
import { fileFolder } from '../../support/folder.js';
import { AUTH } from '../receiver/exports.js';
import { contextOf, viewIn } from './context.js';
import { emptying } from './empty.js';
import type { Home } from './home.js';
import { pricer } from './pricer.js';

export interface Laptop extends Home {
  readonly kind: 'laptop';
  readonly dir: string;
  readonly db: Database;
}

/** A separate Loom, deleted at the end of the test file. */
export function laptop(): Laptop {
  const dir = fileFolder();
  const db = openLoom(dir, { durability: 'fast' });
  const reading = openLoomForReading(dir);
  const sql = new LocalSql(reading);
  let clock = 0;
  const store = new SqliteTraceStore(db, { pricer, now: () => clock });
  let receiver: Receiver | undefined;
  beforeAll(async () => {
    receiver = await startReceiver({ store: new SqliteTraceStore(db, { pricer: await loadPricer(dir) }) });
  });
  afterAll(async () => {
    await receiver?.close();
    reading.close();
    db.close();
  });
  const writing = new LocalSql(db);
  return {
    kind: 'laptop',
    dir,
    db,
    get url() {
      return receiver?.url ?? '';
    },
    reader: AUTH,
    batch: (statements) => writing.batch(statements),
    add: async (arrivals, now) => {
      clock = now;
      return store.add(arrivals);
    },
    link: async (sessionIds) => linkSessions(db, sessionIds),
    view: (path, now) => viewIn(contextOf(sql, laptopHome(reading), now), path),
    empty: async () => void (await writing.batch(await emptying(writing))),
  };
}
