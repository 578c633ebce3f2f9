import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDriver } from '../../packages/loom/src/store/driver.js';
import { hashFiles } from '../harness/files.js';
import { data, lm } from '../loom/project.js';
import { commitAll } from '../support/cli.js';
import { observe } from '../support/in-process.js';
import { INIT, jsonc, repository, worker } from './repository.js';

/** A Worker with a `.loom` folder of the earlier Loom. */
function withEarlier(files: Record<string, string> = {}): string {
  const dir = repository({ ...worker('.', { 'wrangler.jsonc': jsonc('harbour') }), ...files });
  const path = join(dir, '.loom/work.db');
  mkdirSync(dirname(path), { recursive: true });
  const db = loadDriver().open(path);
  db.exec(`CREATE TABLE tasks(id TEXT PRIMARY KEY, title TEXT, status TEXT, priority TEXT, created_at TEXT, updated_at TEXT);
    CREATE TABLE dependencies(task_id TEXT, depends_on TEXT, created_at TEXT);
    INSERT INTO tasks VALUES ('lm-00a1', 'Dredge the basin', 'ready', 'high', '2026-01-01T00:00:00.123456789+00:00', '2026-01-01T00:00:00+00:00')`);
  db.close();
  commitAll(dir);
  return dir;
}

const kept = (all: ReadonlyMap<string, string>, of: ReadonlyMap<string, string>) =>
  new Map([...of.keys()].map((path) => [path, all.get(path)]));

const loomOf = (hashes: ReadonlyMap<string, string>) =>
  new Map([...hashes].filter(([path]) => path.startsWith('.loom/')));

describe('a .loom folder of the earlier Loom', () => {
  it.each([
    ['only its databases', {}],
    [
      'settings, formulas, notes and an ignore file too',
      {
        '.loom/config.toml': 'issue-prefix = "lm"\r\n',
        '.loom/formulas/release.toml': 'name = "release"\n',
        '.loom/lm-00a1-CONTEXT.md': '# Context',
        '.loom/.gitignore': 'run.sock\nloom.db*\n',
      },
    ],
  ])('is reported by init, loses nothing, and is unchanged after remove: %s', async (_name, files) => {
    const dir = withEarlier(files);
    const before = await hashFiles(dir);
    const earlier = loomOf(before);
    // Without --yes and without a terminal it only shows the plan.
    const shown = await observe(['init'], dir);
    expect(shown.stdout).toContain('loom/earlier-folder');
    expect(shown.stdout).toContain('work.db');
    expect(shown.stdout).toContain('lm import lm-rust');
    expect(await hashFiles(dir)).toEqual(before);
    const done = await observe(INIT, dir);
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('loom/earlier-folder')]);
    const after = await hashFiles(dir);
    expect(kept(after, earlier)).toEqual(earlier);
    expect([...after.keys()]).toContain('.loom/sync.mjs');
    commitAll(dir);
    expect((await observe(INIT, dir)).code).toBe(0);
    expect(await hashFiles(dir)).toEqual(after);
    expect((await observe(['remove', '--yes'], dir)).code).toBe(0);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('has its issues imported, and stays when Loom is removed', async () => {
    const dir = withEarlier();
    const database = readFileSync(join(dir, '.loom/work.db'));
    await observe(INIT, dir);
    expect(data(lm(dir, ['import', 'lm-rust', '--json']))).toMatchObject({ issues: 1 });
    expect(data(lm(dir, ['show', 'lm-00a1', '--json']))).toMatchObject({ title: 'Dredge the basin' });
    commitAll(dir);
    await observe(['remove', '--yes'], dir);
    expect(readFileSync(join(dir, '.loom/work.db'))).toEqual(database);
  });

  it('is found by its settings without a database, and a folder of ours is not mistaken for one', async () => {
    const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('harbour') }));
    expect((await observe(['init'], dir)).stdout).not.toContain('earlier-folder');
    mkdirSync(join(dir, '.loom'));
    writeFileSync(join(dir, '.loom/dispatch.toml'), 'max = 2\n');
    commitAll(dir);
    const { stdout } = await observe(['init'], dir);
    expect(stdout).toContain('dispatch.toml');
    expect(stdout).toContain('This clone has none of its databases');
  });
});
