import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { history } from '../../../packages/loom/src/routing/history.js';
import { loadDriver } from '../../../packages/loom/src/store/driver.js';
import { importAgentic } from '../../../packages/loom/src/transfer/agentic.js';
import { importLmRust } from '../../../packages/loom/src/transfer/lm-rust.js';
import { data, lm, project } from '../project.js';

const DUMP = `PRAGMA defer_foreign_keys=TRUE;
CREATE TABLE agentic_sessions(id TEXT PRIMARY KEY, issue_id TEXT, epic_id TEXT, convoy_id TEXT, budget REAL, cost_consumed REAL, iteration INTEGER, status TEXT, started_at INTEGER, completed_at INTEGER, updated_at INTEGER, termination_reason TEXT);
INSERT INTO agentic_sessions VALUES('s1','cs-12','e1',NULL,5.0,1.5,2,'budget_exhausted',1760000000,1760003600,1760003600,'it''s over; ATTACH');
INSERT INTO agentic_sessions VALUES('s2','cs-13',NULL,NULL,NULL,0,0,'running',1760000000000,NULL,1760000500000,NULL);
CREATE TABLE agentic_iterations(session_id TEXT, iteration INTEGER, cost REAL, input_tokens INTEGER, output_tokens INTEGER, files_modified TEXT, tools_used TEXT, created_at TEXT);
INSERT INTO agentic_iterations VALUES('s1',1,0.5,1000,200,'["a.ts"]','[]','2025-10-09 09:00:00');
INSERT INTO agentic_iterations VALUES('s1',2,0.75,2000,300,'[{"path":"b.ts"}]','[]','2025-10-09 09:10:00');
CREATE TABLE agentic_events(id INTEGER PRIMARY KEY, session_id TEXT, issue_id TEXT, event_type TEXT, event_data TEXT, created_at INTEGER);
INSERT INTO agentic_events VALUES(1,'s1','cs-12','budget_warning','{"share":0.8}',1760003000);
CREATE TABLE agentic_checkpoints(id TEXT, session_id TEXT, iteration INTEGER, summary TEXT, git_commit TEXT, created_at INTEGER);
INSERT INTO agentic_checkpoints VALUES('k1','s1',1,'half','abc',1760001000);
`;

describe('lm import agentic', () => {
  it('imports sessions, budgets, iterations, events and checkpoints, and the remaining cost of a session, once', () => {
    const { dir, db } = project();
    writeFileSync(join(dir, 'dump.sql'), DUMP);
    expect(data(lm(dir, ['import', 'agentic', 'dump.sql', '--json']))).toMatchObject({
      issues: 2,
      sessions: 2,
      checkpoints: 1,
      events: 1,
    });
    expect(data(lm(dir, ['import', 'agentic', 'dump.sql', '--json']))).toMatchObject({
      issues: 0,
      sessions: 0,
      checkpoints: 0,
      events: 0,
    });
    expect(data(lm(dir, ['show', 'cs-12', '--json']))).toMatchObject({
      status: 'pending',
      cost: { cost_micros: 1_500_000, calls: 3 },
    });
    expect(db.get("SELECT status, termination_reason FROM sessions WHERE id = 'ses-agentic-s1'")).toEqual({
      status: 'budget_exhausted',
      termination_reason: "it's over; ATTACH",
    });
    expect(db.get("SELECT status FROM sessions WHERE id = 'ses-agentic-s2'")).toEqual({
      status: 'interrupted',
    });
    expect(db.get("SELECT limit_micros, stop FROM budgets WHERE scope_id = 'ses-agentic-s1'")).toEqual({
      limit_micros: 5_000_000,
      stop: 1,
    });
    expect(db.all('SELECT path FROM files_modified ORDER BY path')).toEqual([
      { path: 'a.ts' },
      { path: 'b.ts' },
    ]);
    expect(db.get('SELECT started_at FROM iterations WHERE n = 1')).toEqual({
      started_at: Date.parse('2025-10-09T09:00:00Z'),
    });
    expect(db.get("SELECT reason, detail FROM issue_events WHERE kind = 'agentic'")).toEqual({
      reason: 'budget_warning',
      detail: '{"share":0.8}',
    });
    expect(db.get('SELECT summary, git_commit FROM checkpoints')).toEqual({
      summary: 'half',
      git_commit: 'abc',
    });
  });

  it('reads a SQLite file and JSON too, and runs no other statements of a dump', () => {
    const { dir, db } = project();
    const file = loadDriver().open(join(dir, 'a.sqlite'));
    file.exec(DUMP);
    file.close();
    expect(importAgentic(db, join(dir, 'a.sqlite'), 1)).toMatchObject({ sessions: 2 });
    const json = project();
    writeFileSync(
      join(json.dir, 'a.json'),
      JSON.stringify({
        agentic_sessions: [
          {
            id: 'x',
            issue_id: 'cs-1',
            status: 'complete',
            started_at: '2026-01-01T00:00:00Z',
            cost_consumed: 0.25,
          },
          { status: 'error' },
        ],
      }),
    );
    expect(importAgentic(json.db, join(json.dir, 'a.json'), 1)).toMatchObject({ sessions: 1, badLines: 1 });
    expect(json.db.get('SELECT cost_micros, cost_basis FROM llm_calls')).toEqual({
      cost_micros: 250_000,
      cost_basis: 'estimated',
    });
    for (const evil of [
      `ATTACH 'x.db' AS x;`,
      `${DUMP}\nATTACH DATABASE '${dir}/evil.db' AS evil; CREATE TABLE evil.t(a);`,
      `INSERT INTO t VALUES('a'); VACUUM INTO '${dir}/evil.db';`,
    ]) {
      writeFileSync(join(dir, 'evil.sql'), evil);
      expect(() => importAgentic(db, join(dir, 'evil.sql'), 1)).toThrow(/can't be read/);
    }
    expect(() => importAgentic(db, join(dir, 'none.sql'), 1)).toThrow("can't be read");
  });
});

it('routing learns from the history of the earlier Loom, once, and contexts become checkpoints', () => {
  const { dir, db, loomDir } = project();
  const agents = loadDriver().open(join(loomDir, 'agents.db'));
  agents.exec(`CREATE TABLE agent_profiles(id TEXT PRIMARY KEY, profile_json TEXT, updated_at TEXT);
    CREATE TABLE agent_history(id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT, task_id TEXT, task_type TEXT, success INT, duration_secs REAL, tokens_used INT, cost REAL, timestamp TEXT);
    INSERT INTO agent_profiles VALUES ('claude', '{"skills":["ts"]}', '2026-01-01T00:00:00+00:00');
    INSERT INTO agent_history(agent_id, task_id, task_type, success, duration_secs, cost, timestamp) VALUES
      ('claude', 'lm-0001', 'bug', 1, 90.5, 0.5, '2026-01-02T00:00:00+00:00'), ('gemini', 'lm-0002', 'bug', 0, NULL, NULL, '2026-01-03T00:00:00+00:00')`);
  agents.close();
  const memory = loadDriver().open(join(loomDir, 'memory.db'));
  memory.exec(`CREATE TABLE sessions(id TEXT, agent_id TEXT, task_id TEXT, status TEXT, started_at TEXT, ended_at TEXT, context_json TEXT);
    INSERT INTO sessions VALUES ('ses-1', 'claude', 'lm-0001', 'completed', '2026-01-02T00:00:00+00:00', '2026-01-02T01:00:00+00:00', '{"files_read":["a"],"test_state":{"passed":2,"failed":0}}')`);
  memory.close();
  const work = loadDriver().open(join(loomDir, 'work.db'));
  work.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE tasks(id TEXT PRIMARY KEY, title TEXT, status TEXT, parent TEXT);
    CREATE TABLE dependencies(task_id TEXT, depends_on TEXT);
    INSERT INTO tasks VALUES ('lm-0001', 'Pier', 'ready', NULL), ('lm-0002', 'Crane', 'claimed', NULL), ('lm-0003', 'Lamp', 'done', 'lm-0001');
    INSERT INTO dependencies VALUES ('lm-0002', 'lm-0001')`);
  work.close();
  // After reading a file in WAL mode, SQLite leaves an empty -wal and its -shm next to it.
  const theirs = () =>
    readdirSync(loomDir)
      .filter((name) => /^(work|memory|agents)\.db$/.test(name))
      .map((name) => [name, readFileSync(join(loomDir, name), 'base64')]);
  const before = theirs();
  // The counts of an import that did not happen.
  expect(lm(dir, ['init']).stdout).toContain(
    'also belongs to the earlier Loom (work.db, memory.db, agents.db). Its files do not change. `lm import lm-rust` would import 3 issues, 2 links, 1 session and 2 outcomes.',
  );
  expect(data(lm(dir, ['init', '--json']))).toMatchObject({
    would_import: { issues: 3, links: 2, sessions: 1, executions: 2, present: 0 },
  });
  expect(theirs()).toEqual(before);
  expect(db.get('SELECT (SELECT COUNT(*) FROM issues) + (SELECT COUNT(*) FROM sessions) AS n')).toEqual({
    n: 0,
  });
  expect(importLmRust(db, loomDir, 1)).toMatchObject({ executions: 2, sessions: 1 });
  expect(importLmRust(db, loomDir, 2)).toMatchObject({ executions: 0, sessions: 0 });
  expect(lm(dir, ['init']).stdout).toMatch(/All of their data is already here \(\d+ rows\)/);
  writeFileSync(join(loomDir, 'work.db'), 'no database');
  expect(lm(dir, ['init'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("work.db can't be read"),
  });
  expect(
    history(db, Date.now()).map(({ agent, kind, success, costMicros, durationMs }) => ({
      agent,
      kind,
      success,
      costMicros,
      durationMs,
    })),
  ).toEqual([
    { agent: 'claude', kind: ['bug'], success: 1, costMicros: 500_000, durationMs: 90_500 },
    { agent: 'gemini', kind: ['bug'], success: 0, costMicros: null, durationMs: null },
  ]);
  expect(db.get('SELECT session_id, seq, context FROM checkpoints')).toMatchObject({
    session_id: 'ses-1',
    seq: 1,
  });
  expect(db.get('SELECT text FROM memories')).toEqual({ text: 'Agent claude: {"skills":["ts"]}' });
});
