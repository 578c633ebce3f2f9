import { describe, expect, it } from 'vitest';
import { forget, remember } from '../../../packages/loom/src/agents/memory.js';
import { tag } from '../../../packages/loom/src/atlas.js';
import { stampOf } from '../../../packages/loom/src/changes/clock.js';
import { applyEvent } from '../../../packages/loom/src/hooks/events.js';
import { addComment } from '../../../packages/loom/src/issues/comments.js';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { D1, readAddress } from '../../../packages/loom/src/remote/d1.js';
import { pull } from '../../../packages/loom/src/remote/pull.js';
import { push } from '../../../packages/loom/src/remote/push.js';
import { addCheckpoint } from '../../../packages/loom/src/sessions/checkpoints.js';
import { requireSession, startIteration } from '../../../packages/loom/src/sessions/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { Outbox } from '../../../packages/loom/src/sync/outbox.js';
import { exportLines } from '../../../packages/loom/src/transfer/export.js';
import { data, lmStarted, project } from '../project.js';
import { fill } from '../sync/records.js';
import { type D1Api, d1Api, emptyD1, migratedD1 } from './d1-api.js';

const contents = (db: Database) => [...exportLines(db, [])].sort();
const address = (api: D1Api) => readAddress({}, api.env);
const send = (db: Database, api: D1Api) => push(db, new D1(address(api)), address(api).databaseId);
const take = (db: Database, api: D1Api) => pull(db, new D1(address(api)), address(api).databaseId);
const actor = { name: 'ana', sessionId: null };

describe('a team’s D1 database', () => {
  it('accepts the same migrations through wrangler, and has the same rows for all', async () => {
    const { dir, output } = migratedD1();
    expect(output).toContain('0001_init.sql');
    const api = await d1Api(dir);
    const [ana, ben] = [project(), project()];
    fill(ana.db, 1300);
    // A child before its parent, and a chain of sessions: foreign keys within one table.
    const parent = createIssue(ana.db, { title: 'ü "quoted" \\ parent' }, actor, 5);
    const child = createIssue(ana.db, { title: 'child', parentId: parent.id }, actor, 1);
    ana.db.run('UPDATE issues SET rowid = 0 WHERE id = ?', child.id);
    ana.db.run("UPDATE sessions SET parent_session_id = 'ses-1', issue_id = ? WHERE id = 'ses-0'", child.id);

    const sent = await send(ana.db, api);
    expect(sent.unchanged).toBe(0);
    const before = api.queries;
    expect(await send(ana.db, api)).toMatchObject({ rows: 0, unchanged: sent.rows, notes: [] });
    // Without new data, only two queries about the schema are sent.
    expect(api.queries - before).toBe(2);

    expect(await take(ben.db, api)).toMatchObject({ rows: sent.rows });
    expect(contents(ben.db)).toEqual(contents(ana.db));
    expect(await take(ben.db, api)).toMatchObject({ rows: 0, changed: 0, notes: [] });
    // Only ana sends her own records to Langfuse.
    expect(new Outbox(ben.db).status()).toMatchObject({ queued: 0, sending: 0, sent: 0 });
    expect(new Outbox(ana.db).status().queued).toBe(1300);

    const [grown] = await api.all('SELECT COUNT(*) AS n FROM llm_calls');
    expect(grown?.n).toBe(ana.db.get('SELECT COUNT(*) AS n FROM llm_calls')?.n);
  }, 120_000);

  it('the newer of two changes is used, whoever pushes first', async () => {
    const api = await d1Api(migratedD1().dir);
    const [ana, ben] = [project(), project()];
    const { id } = createIssue(ana.db, { title: 'shared' }, actor, 1);
    await send(ana.db, api);
    await take(ben.db, api);
    ana.db.run("UPDATE issues SET title = 'ana was first', updated_at = 10 WHERE id = ?", id);
    // Stamps have milliseconds. Within one, the machine's name decides.
    await new Promise((resolve) => setTimeout(resolve, 5));
    ben.db.run("UPDATE issues SET title = 'ben was later', updated_at = 20 WHERE id = ?", id);
    await send(ben.db, api);
    await send(ana.db, api);
    await take(ana.db, api);
    await take(ben.db, api);
    const titles = [ana.db, ben.db].map((db) => db.get('SELECT title FROM issues')?.title);
    expect(titles).toEqual(['ben was later', 'ben was later']);
  }, 120_000);

  it('creates and deletes of comments and notes are synchronised too', async () => {
    const api = await d1Api(migratedD1().dir);
    const [ana, ben] = [project(), project()];
    const { id } = createIssue(ana.db, { title: 'shared' }, actor, 1);
    addComment(ana.db, id, 'looks good', actor, 2);
    const note = remember(ana.db, 'use pnpm', 'decision', undefined, actor, 3);
    await send(ana.db, api);
    const said = async () => (await take(ben.db, api)).notes.map(({ says }) => says);
    expect(await said()).toEqual([
      `${id} is new: shared`,
      `${id} comment of ana "looks good": added`,
      `decision ${note.id} "use pnpm": added`,
    ]);
    forget(ana.db, note.id);
    await send(ana.db, api);
    expect(await said()).toEqual([`decision ${note.id} "use pnpm": removed`]);
  }, 120_000);

  it('a session that two machines know by different ids becomes one', async () => {
    const api = await d1Api(migratedD1().dir);
    const machine = (at: number) => {
      const made = project();
      applyEvent(made.db, {
        at,
        process: null,
        issue: null,
        event: { hook_event_name: 'SessionStart', session_id: 'cc-1' },
      });
      const id = String(made.db.get('SELECT id FROM sessions')?.id);
      startIteration(made.db, id, 'prompt-1', at);
      startIteration(made.db, id, `only-${at}`, at);
      addCheckpoint(made.db, requireSession(made.db, id), `at ${at}`, {}, at);
      made.db.run("INSERT INTO llm_calls(id, session_id, model, started_at) VALUES ('both', ?, 'm', 1)", id);
      made.db.run(
        'INSERT INTO llm_calls(id, session_id, model, started_at) VALUES (?, ?, ?, 1)',
        `call-${at}`,
        id,
        'm',
      );
      tag(made.db, 'session', id, { 'ai_task.type': 'generate' });
      return { ...made, id };
    };
    const [ana, ben] = [machine(1000), machine(2000)];
    await send(ana.db, api);
    await send(ben.db, api);
    // After that, nothing is left to do, and each machine still finds its own id.
    expect(await send(ben.db, api)).toMatchObject({ rows: 0 });
    const calls = await api.all('SELECT id, session_id FROM llm_calls ORDER BY id');
    expect(calls).toEqual(['both', 'call-1000', 'call-2000'].map((id) => ({ id, session_id: ana.id })));
    expect(await api.all('SELECT last_seen_at FROM sessions')).toEqual([{ last_seen_at: 2000 }]);
    await take(ben.db, api);
    await take(ana.db, api);
    for (const { db, id } of [ana, ben]) {
      expect(db.all('SELECT DISTINCT session_id FROM llm_calls')).toEqual([{ session_id: id }]);
      expect(db.get('SELECT COUNT(*) AS n FROM llm_calls')?.n).toBe(3);
      expect(db.get('SELECT COUNT(*) AS n FROM sessions')?.n).toBe(1);
    }
  });

  it('continues after a failure, without repetitions', async () => {
    const api = await d1Api(migratedD1().dir);
    const ana = project();
    fill(ana.db, 1500);
    const failing = new D1(address(api));
    let chunks = 0;
    await expect(
      push(ana.db, failing, address(api).databaseId, () => {
        chunks += 1;
        if (chunks === 3) {
          api.failNext(100, 500);
        }
      }),
    ).rejects.toThrow('D1 did not answer the query: try again');
    api.failNext(2, 429);
    const again = await send(ana.db, api);
    expect(again.unchanged).toBeGreaterThan(0);
    for (const table of ['llm_calls', 'tool_calls', 'iterations', 'sessions']) {
      const [row] = await api.all(`SELECT COUNT(*) AS n FROM ${table}`);
      expect([table, row?.n]).toEqual([table, ana.db.get(`SELECT COUNT(*) AS n FROM ${table}`)?.n]);
    }
  }, 120_000);

  it('pushes and pulls data that is recorded meanwhile, a call with its session', async () => {
    const api = await d1Api(migratedD1().dir);
    const [ana, ben] = [project(), project()];
    fill(ana.db, 30);
    /** Records a session with a call after the sessions were moved, but before the calls. */
    const meanwhile = (name: string) => {
      let added = false;
      return (table: string) => {
        if (table === 'sessions' && !added) {
          added = true;
          ana.db.run(
            "INSERT INTO sessions(id, agent, source, started_at, last_seen_at) VALUES (?, 'a', 'manual', 1, 1)",
            name,
          );
          ana.db.run(
            "INSERT INTO llm_calls(id, session_id, model, started_at) VALUES (?1, ?1, 'm', 1)",
            name,
          );
        }
      };
    };
    await push(ana.db, new D1(address(api)), address(api).databaseId, meanwhile('during-push'));
    const sessions = await api.all('SELECT id FROM sessions ORDER BY id');
    expect(sessions.map(({ id }) => id)).toContain('during-push');
    const late = meanwhile('during-pull');
    const d1 = new D1(address(api));
    let pushed: Promise<unknown> | undefined;
    const query = d1.query.bind(d1);
    d1.query = async (sql, params) => {
      // Ana pushes between two of ben's queries.
      await pushed;
      return query(sql, params);
    };
    await pull(ben.db, d1, address(api).databaseId, (table) => {
      late(table);
      pushed ??= table === 'sessions' ? send(ana.db, api) : undefined;
    });
    await take(ben.db, api);
    expect(contents(ben.db)).toEqual(contents(ana.db));
  }, 120_000);

  it('holds back a change with a time in the future, reports it, and applies it later', async () => {
    const api = await d1Api(migratedD1().dir);
    const [ana, ben] = [project(), project()];
    const { id } = createIssue(ana.db, { title: 'shared' }, actor, 1);
    await send(ana.db, api);
    const write = (field: string, value: string, aheadMs: number) =>
      api.all(
        `INSERT INTO changes(tbl, row_key, field, value, stamp, actor) VALUES ('issues', '["${id}"]', '${field}', '"${value}"',
           '${stampOf((Date.now() + aheadMs) * 1000, 'tomorrow')}', 'cho')`,
      );
    await write('title', 'of tomorrow', 24 * 3_600_000);
    await write('notes', 'of nine minutes ahead', 9 * 60_000);
    expect((await take(ben.db, api)).notes).toContainEqual(
      expect.objectContaining({
        kind: 'left out',
        says: expect.stringMatching(/title, by cho, .*exchanged at that time/),
      }),
    );
    const row = () => ben.db.get('SELECT title, notes FROM issues');
    expect(row()).toEqual({ title: 'shared', notes: 'of nine minutes ahead' });
    await api.all(
      `UPDATE changes SET stamp = '${stampOf(Date.now() * 1000, 'tomorrow')}' WHERE value = '"of tomorrow"'`,
    );
    await take(ben.db, api);
    expect(row()).toMatchObject({ title: 'of tomorrow' });
  }, 120_000);

  it('of a newer Loom excludes only versions below its minimum', async () => {
    const api = await d1Api(migratedD1().dir);
    const { db } = project();
    const { id } = createIssue(db, { title: 'a' }, actor, 1);
    await api.all("INSERT INTO d1_migrations(name) VALUES ('0999_later.sql')");
    await api.all("ALTER TABLE issues ADD COLUMN later TEXT NOT NULL DEFAULT 'x'");
    await send(db, api);
    expect(await api.all('SELECT title, later FROM issues')).toEqual([{ title: 'a', later: 'x' }]);
    // Fields that this Loom does not know are kept for newer ones.
    await api.all(
      `INSERT INTO changes(tbl, row_key, field, value, stamp) VALUES ('issues', '["${id}"]', 'later', '"y"', '${stampOf(Date.now() * 1000, 'n')}')`,
    );
    await take(db, api);
    expect(db.get("SELECT value FROM changes WHERE field = 'later'")).toEqual({ value: '"y"' });
    await api.all('UPDATE remote_schema SET min_reader = 999');
    await expect(send(db, api)).rejects.toThrow('made by a newer Loom (it has 0999_later.sql)');
  }, 120_000);

  it('reports a database that is missing, foreign, or not migrated', async () => {
    const api = await d1Api(emptyD1());
    const { dir } = project();
    const run = (env: Record<string, string>) => lmStarted(dir, ['remote', 'push'], env);
    expect(await run({})).toMatchObject({ code: 8, stderr: expect.stringContaining('CLOUDFLARE_API_TOKEN') });
    expect(await run({ ...api.env, CLOUDFLARE_API_TOKEN: 'wrong' })).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('The token needs permission to edit D1'),
    });
    expect(await run(api.env)).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('lacks 0001_init.sql'),
    });
  }, 60_000);

  it('works with commands', async () => {
    const api = await d1Api(migratedD1().dir);
    const { dir, db } = project();
    createIssue(db, { title: 'x' }, actor, 1);
    expect(data(await lmStarted(dir, ['remote', 'push', '--json'], api.env))).toMatchObject({
      rows: 2,
      unchanged: 0,
    });
    expect(data(await lmStarted(dir, ['remote', 'sync', '--json'], api.env))).toMatchObject({
      pull: { rows: 0, changed: 0 },
      push: { rows: 0, unchanged: 2 },
    });
  }, 60_000);
});
