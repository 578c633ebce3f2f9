import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knownMigrations } from '../../../packages/loom/src/store/migrations.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { tempDir } from '../../support/folder.js';
import { data, lmStarted } from '../project.js';

it('eight processes that create, migrate and write one database at the same time lose nothing', async () => {
  const dir = tempDir();
  mkdirSync(join(dir, '.loom'));
  const each = 3;
  const ran = await Promise.all(
    Array.from({ length: 8 }, async (_, worker) => {
      const answers = [];
      for (let n = 0; n < each; n += 1) {
        answers.push(await lmStarted(dir, ['create', `${worker}/${n}`, '--json']));
      }
      return answers;
    }),
  );
  const ids = ran.flat().map((answer) => data<{ id: string }>(answer).id);
  const db = openLoom(join(dir, '.loom'));
  const stored = db.all<{ id: string }>('SELECT id FROM issues').map((row) => row.id);
  expect(stored.sort()).toEqual(ids.sort());
  expect(db.all('SELECT name FROM d1_migrations')).toHaveLength(knownMigrations().length);
  db.close();
}, 60_000);

it('if eight claim one issue at the same time, one gets it', async () => {
  const dir = tempDir();
  mkdirSync(join(dir, '.loom'));
  const { id } = data<{ id: string }>(await lmStarted(dir, ['create', 'wanted', '--json']));
  const ran = await Promise.all(
    Array.from({ length: 8 }, (_, worker) => lmStarted(dir, ['claim', id, '--as', `worker-${worker}`])),
  );
  expect(ran.map((answer) => answer.code).sort()).toEqual([0, 4, 4, 4, 4, 4, 4, 4]);
  const db = openLoom(join(dir, '.loom'));
  expect(db.all("SELECT actor FROM issue_events WHERE to_status = 'in_progress'")).toHaveLength(1);
  db.close();
}, 60_000);
