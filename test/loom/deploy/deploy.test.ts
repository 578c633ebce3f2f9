import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doctor } from '../../../packages/loom/src/commands/doctor.js';
import { keysAdd, keysList, keysLog, keysRevoke } from '../../../packages/loom/src/commands/keys.js';
import { isBreaking } from '../../../packages/loom/src/deploy/steps.js';
import { withParams } from '../../../packages/loom/src/deploy/team-database.js';
import { jsonIn, Wrangler } from '../../../packages/loom/src/deploy/wrangler.js';
import { hashOf } from '../../../packages/loom/src/server/gate/secrets.js';
import { knownMigrations } from '../../../packages/loom/src/store/migrations.js';
import { hashFiles } from '../../harness/files.js';
import { fakeWrangler, realWrangler } from './fake-wrangler.js';
import { type Flags, run, shop } from './shop.js';

const keyArgs = (cwd: string, more: Flags = {}) =>
  ({ _: [], $0: 'lm', cwd, json: true, local: false, kind: 'ingest', ...more }) as never;

const ID = '11111111-2222-3333-4444-000000000000';
const files = (dir: string) => readdirSync(dir).sort();

describe('lm deploy', () => {
  it('shows what it would write, and writes nothing without a confirmation', async () => {
    const { dir, server } = shop();
    const { text, exitCode } = await run(dir);
    expect([exitCode, existsSync(server)]).toEqual([1, false]);
    expect(text).toContain('create   wrangler.jsonc');
    expect((await run(dir, { dryRun: true })).exitCode).toBe(0);
    expect(existsSync(server)).toBe(false);
  });

  it('writes the files and prints the commands, and --remove restores every byte', async () => {
    const { dir, server, read } = shop();
    const before = await hashFiles(dir);
    const { data } = await run(dir, { write: true });
    expect(files(server)).toEqual(['.gitignore', 'README.md', 'deploy.json', 'worker.js', 'wrangler.jsonc']);
    expect((data as { commands: string[] }).commands).toEqual([
      'npx wrangler d1 create loom-shop-co',
      'npx wrangler d1 migrations apply loom-shop-co --remote',
      'npx wrangler deploy',
    ]);
    expect(read('wrangler.jsonc')).not.toContain('QUEUE');
    const set = await hashFiles(dir);
    await run(dir, { write: true });
    expect(await hashFiles(dir)).toEqual(set);
    await run(dir, { remove: true });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('keeps earlier options, and edits by hand', async () => {
    const { dir, server, read } = shop();
    await run(dir, { write: true, queue: true, live: true, domain: 'traces.example.com' });
    await run(dir, { write: true, live: false });
    const config = read('wrangler.jsonc');
    expect(config).toContain('"QUEUE"');
    expect(config).not.toContain('"LIVE"');
    expect(config).toContain('"custom_domain": true');
    writeFileSync(join(server, 'wrangler.jsonc'), config.replace('"17 * * * *"', '"5 * * * *"'));
    writeFileSync(join(server, 'notes.md'), 'mine');
    const { text } = await run(dir, { write: true, live: true });
    expect(text).toContain('wrangler.jsonc (changed by hand)');
    expect(read('wrangler.jsonc')).toContain('"5 * * * *"');
    const removal = await run(dir, { remove: true });
    expect(removal.data).toMatchObject({ kept: ['wrangler.jsonc'] });
    expect(files(server)).toEqual(['notes.md', 'wrangler.jsonc']);
  });

  it('writes to no path of a forged deploy.json', async () => {
    const { dir, server } = shop();
    await run(dir, { write: true });
    writeFileSync(join(dir, 'precious'), 'x');
    const record = JSON.parse(readFileSync(join(server, 'deploy.json'), 'utf8'));
    record.files['../../precious'] = await hashOf('x');
    writeFileSync(join(server, 'deploy.json'), JSON.stringify(record));
    await expect(run(dir, { remove: true })).rejects.toThrow('is not what `lm deploy` wrote');
    expect(existsSync(join(dir, 'precious'))).toBe(true);
  });

  it('runs the commands in order: database, queue, migrations, then the code', async () => {
    const { dir, read } = shop();
    const wrangler = fakeWrangler(dir);
    const { data } = await run(dir, { yes: true, queue: true });
    expect(wrangler.asked()).toEqual([
      'd1 list --json',
      'd1 create loom-shop-co',
      'd1 list --json',
      'queues create loom-shop-co',
      'd1 migrations apply loom-shop-co --remote',
      'deploy',
    ]);
    expect(data).toMatchObject({ url: 'https://loom-x.acme.workers.dev' });
    expect(JSON.parse(read('wrangler.jsonc').replace(/^\/\/.*$/m, '')).d1_databases[0].database_id).toBe(ID);
    // The second run creates nothing again, and the files still count as ours.
    const set = await hashFiles(dir);
    await run(dir, { yes: true });
    expect(wrangler.asked().filter((line) => line.startsWith('d1 create'))).toHaveLength(1);
    expect([...(await hashFiles(dir)).keys()]).toEqual([...set.keys()]);
    expect((await run(dir, { remove: true })).data).toMatchObject({ kept: [] });
  });

  it('reports the error of wrangler, and continues from there', async () => {
    const { dir } = shop();
    const wrangler = fakeWrangler(dir);
    wrangler.fail('d1 migrations');
    await expect(run(dir, { yes: true })).rejects.toThrow('no permission');
    expect(wrangler.asked()).not.toContain('deploy');
    wrangler.fail();
    expect((await run(dir, { yes: true })).data).toMatchObject({ url: 'https://loom-x.acme.workers.dev' });
    expect(wrangler.asked().filter((line) => line.startsWith('d1 create'))).toHaveLength(1);
  });

  it('updates the schema before the code, and rejects a schema that would break the running code', async () => {
    const { dir, server } = shop();
    const wrangler = fakeWrangler(dir);
    await run(dir, { yes: true });
    const from = wrangler.asked().length;
    const known = knownMigrations().map(({ name }) => ({ name }));
    const answers = (applied: object[]) => ({
      'SELECT name FROM d1_migrations': applied as Record<string, unknown>[],
    });
    wrangler.answer(answers(known.slice(0, -1)));
    rmSync(join(dir, '.loom/migrations', known.at(-1)?.name ?? ''));
    expect((await run(dir, { update: true })).data).toMatchObject({ migrations: [known.at(-1)?.name] });
    const asked = wrangler.asked().slice(from);
    expect(asked.slice(-2)).toEqual(['d1 migrations apply loom-shop-co --remote', 'deploy']);
    expect(existsSync(join(dir, '.loom/migrations', known.at(-1)?.name ?? ''))).toBe(true);
    expect(existsSync(join(server, 'worker.js'))).toBe(true);
    // Tables were removed since an old schema: nothing is run.
    wrangler.answer(answers(known.slice(0, 1)));
    const done = wrangler.asked().length;
    await expect(run(dir, { update: true })).rejects.toThrow('removes data that the running version needs');
    expect(wrangler.asked().slice(done)).toEqual([expect.stringContaining('d1 execute')]);
  });

  it('detects schemas that break a running version', () => {
    expect(isBreaking('ALTER TABLE a ADD COLUMN b TEXT; CREATE INDEX c ON a(b); DROP INDEX d;')).toBe(false);
    expect(isBreaking('-- DROP TABLE a\nCREATE TABLE b (c TEXT);')).toBe(false);
    for (const sql of [
      'DROP TABLE a',
      'drop table if exists a',
      'ALTER TABLE a DROP COLUMN b',
      'ALTER TABLE a DROP b',
      'ALTER TABLE a RENAME TO b',
      'ALTER TABLE a RENAME COLUMN b TO c',
    ]) {
      expect([sql, isBreaking(sql)]).toEqual([sql, true]);
    }
    // All later migrations of the server only add.
    const since = knownMigrations().filter(({ name }) => name >= '0010');
    expect(since.filter(({ sql }) => isBreaking(sql)).map(({ name }) => name)).toEqual([]);
  });

  it('--check lists what is missing, and the next steps', async () => {
    const { dir, server } = shop();
    const bare = await run(dir, { check: true });
    expect([bare.exitCode, bare.text]).toEqual([1, expect.stringContaining('Run `lm deploy`.')]);
    await run(dir, { write: true });
    const { data } = await doctor.run({ _: [], $0: 'lm', cwd: dir, json: true, fix: false } as never);
    expect((data as { checks: object[] }).checks).toContainEqual(
      expect.objectContaining({ name: 'server database id', level: 'problem' }),
    );
    const without = await run(dir, { check: true });
    expect(without.text).toContain('npm install --save-dev wrangler');
    expect(without.text).toContain('has no database id yet');
    const wrangler = fakeWrangler(dir);
    await run(dir, { yes: true });
    wrangler.answer({ 'SELECT 1 AS yes': [{ yes: 1 }], 'SELECT name': [{ name: '0001_init.sql' }] });
    rmSync(join(server, 'worker.js'));
    const some = await run(dir, { check: true });
    expect(some.exitCode).toBe(1);
    expect(some.text).toContain('missing: worker.js');
    expect(some.text).toContain('`lm deploy --update`');
  });

  it('requires both settings of Cloudflare Access, and a valid name for a Worker', async () => {
    const { dir, read } = shop();
    await expect(run(dir, { write: true, accessAud: 'x' })).rejects.toThrow('belong together');
    await expect(run(dir, { write: true, name: '../x' })).rejects.toThrow('be the name of a Worker');
    const access = { accessTeam: 'https://acme.cloudflareaccess.com/', accessAud: 'f00d' };
    await run(dir, { write: true, ...access });
    expect(read('wrangler.jsonc')).toContain('"ACCESS_TEAM": "https://acme.cloudflareaccess.com"');
  });
});

describe('lm keys', () => {
  it('quotes the values in a statement', () => {
    expect(withParams('SELECT ?, ?, ?', ["O'Neil\n'); DROP TABLE x; --?", 5, null])).toBe(
      "SELECT 'O''Neil ''); DROP TABLE x; --?', 5, NULL",
    );
  });

  it("creates and revokes keys in wrangler's own D1, and logs both", async () => {
    const { dir } = shop();
    realWrangler(dir);
    await run(dir, { write: true });
    const wrangler = new Wrangler(join(dir, '.loom/server'));
    await wrangler.runOrThrow(['d1', 'migrations', 'apply', 'loom-shop-co', '--local']);
    const named = { name: "Ana O'Neil", local: true, service: 'shop', expires: '30d' };
    const made = (await keysAdd.run(keyArgs(dir, named))).data as { id: string; secret: string };
    expect(made).toMatchObject({
      id: expect.stringMatching(/^pk-lf-team-[0-9a-f]{16}$/),
      secret: expect.stringMatching(/^sk-lf-team-[0-9a-f]{64}$/),
    });
    const { data } = await keysRevoke.run(keyArgs(dir, { local: true, id: made.id }));
    expect(data).toMatchObject({ id: made.id, name: "Ana O'Neil", service: 'shop' });
    expect((data as { revoked_at: number }).revoked_at).toBeGreaterThan(0);
    const { stdout } = await wrangler.runOrThrow([
      ...['d1', 'execute', 'loom-shop-co', '--local', '--json'],
      ...['--command', 'SELECT * FROM access_keys; SELECT kind, subject FROM access_log ORDER BY seq'],
    ]);
    // Only the hash is stored.
    expect(stdout).toContain(await hashOf(made.secret));
    expect(stdout).not.toContain(made.secret);
    expect((jsonIn(stdout) as { results: object[] }[])[1]?.results).toEqual([
      { kind: 'key added', subject: made.id },
      { kind: 'key revoked', subject: made.id },
    ]);
  }, 120_000);

  it('lists the keys, reports a missing one, and never prints a hash', async () => {
    const { dir } = shop();
    const wrangler = fakeWrangler(dir);
    await expect(keysList.run(keyArgs(dir))).rejects.toThrow('no team server');
    await run(dir, { write: true });
    await expect(keysList.run(keyArgs(dir))).rejects.toThrow('no database yet');
    await run(dir, { yes: true });
    const at = Date.UTC(2026, 10, 30);
    const key = { id: 'pk-lf-team-1', kind: 'ingest', name: 'shop', service: null, created_at: at };
    wrangler.answer({
      'SELECT id': [{ ...key, created_by: 'ana', expires_at: null, revoked_at: at, used_at: null }],
      'SELECT at': [
        { at, kind: 'signed in', subject: 'login-1', place: '203.0.113.9', says: 'Ana opened it.' },
      ],
    });
    const { text } = await keysList.run(keyArgs(dir));
    expect(text).toMatch(/pk-lf-team-1 +ingest +shop +any .* never +revoked/);
    expect((await keysLog.run(keyArgs(dir, { limit: 5 }))).text).toContain('203.0.113.9  Ana opened it.');
    wrangler.answer({});
    await expect(keysRevoke.run(keyArgs(dir, { id: 'nobody' }))).rejects.toThrow('no key "nobody"');
    expect(wrangler.asked().join('\n')).not.toContain('secret_hash');
  });
});
