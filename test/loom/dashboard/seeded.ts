import { afterAll } from 'vitest';
import type { Views } from '../../../packages/loom/src/dashboard/contract/views.js';
import { laptopHome } from '../../../packages/loom/src/dashboard/laptop.js';
import { answerView } from '../../../packages/loom/src/dashboard/routes.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { openLoom, openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { LocalSql, type Sql } from '../../../packages/loom/src/store/sql.js';
import { fileFolder } from '../../support/folder.js';
import { seed } from './seed.js';

/** Noon, so that "today" holds something in every time zone of a test machine. */
export const NOW = new Date(2026, 10, 18, 12).getTime();

export interface Asked {
  readonly dir: string;
  /** For what a test wants to add; the views read through a connection of their own. */
  readonly db: Database;
  ask<K extends keyof Views>(path: string): Promise<Views[K]>;
}

/** A made-up project in a Loom of its own, gone when the test file ends. */
export function seeded(traces: number, calls: number): Asked {
  const dir = fileFolder();
  const db = openLoom(dir, { durability: 'fast' });
  seed(db, { traces, calls, now: NOW });
  const reading = openLoomForReading(dir);
  afterAll(() => {
    reading.close();
    db.close();
  });
  return { dir, db, ask: asker(reading) };
}

export function asker(db: Database, now = NOW): Asked['ask'] {
  return askerOn(new LocalSql(db), db, now);
}

/** The same views on another home's database; `db` has the files beside it. */
export function askerOn(sql: Sql, db: Database, now = NOW): Asked['ask'] {
  return async <K extends keyof Views>(path: string) => {
    const [name = '', query] = path.split('?');
    const context = {
      db: sql,
      home: laptopHome(db),
      now,
      project: 'shop',
      receiverUrl: 'http://127.0.0.1:4319',
      langfuseUrl: null,
      platform: async () => ({ note: 'not asked', source: null, production: null, spans: [] }),
    };
    return (await answerView(context, name, new URLSearchParams(query))) as Views[K];
  };
}
