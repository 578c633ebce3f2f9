import { afterAll, beforeAll } from 'vitest';
import type { Views } from '../../../packages/loom/src/dashboard/contract/views.js';
import { laptopHome } from '../../../packages/loom/src/dashboard/laptop.js';
import type { Database, Param } from '../../../packages/loom/src/store/database.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { LocalSql, type Sql } from '../../../packages/loom/src/store/sql.js';
import { fileFolder } from '../../support/folder.js';
import { contextOf, viewIn } from '../homes/context.js';
import type { Server } from '../homes/d1.js';
import type { Home } from '../homes/home.js';
import { type Laptop, laptop } from '../homes/laptop.js';
import { seed } from './seed.js';

/** Noon, so that "today" has data in every time zone of a test machine. */
export const NOW = new Date(2026, 10, 18, 12).getTime();

type Ask = <K extends keyof Views>(path: string) => Promise<Views[K]>;

export interface Seeded {
  /** The synthetic data, for direct counts. */
  readonly db: Database;
  /** A view's answer from the home. */
  readonly ask: Ask;
  /** Changes both databases. */
  run(sql: string, ...params: Param[]): Promise<void>;
}

/** A synthetic project in a home, and in a database on this machine. */
export function seeded(home: Laptop | Server, traces: number, calls: number): Seeded {
  const db = home.kind === 'laptop' ? home.db : localDatabase();
  seed(db, { traces, calls, now: NOW });
  if (home.kind === 'server') {
    beforeAll(() => home.copy(db));
  }
  return {
    db,
    ask: askerIn(home),
    run: async (sql, ...params) => {
      db.run(sql, ...params);
      if (home.kind === 'server') {
        await home.batch([{ sql, params }]);
      }
    },
  };
}

/** The same for features that only a laptop has. */
export function seededLaptop(traces: number, calls: number): Seeded & { readonly dir: string } {
  const home = laptop();
  return { dir: home.dir, ...seeded(home, traces, calls) };
}

function localDatabase(): Database {
  const db = openLoom(fileFolder(), { durability: 'fast' });
  afterAll(() => db.close());
  return db;
}

export function askerIn(home: Home, now = NOW): Ask {
  return async (path) => (await home.view(path, now)) as never;
}

export function asker(db: Database, now = NOW): Ask {
  return askerOn(new LocalSql(db), db, now);
}

/** The same views with another database. `db` has the files. */
export function askerOn(sql: Sql, db: Database, now = NOW): Ask {
  return async (path) => (await viewIn(contextOf(sql, laptopHome(db), now), path)) as never;
}
