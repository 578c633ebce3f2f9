import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readyIssues } from '../../../packages/loom/src/issues/store.js';
import { loadDriver } from '../../../packages/loom/src/store/driver.js';
import { Outbox } from '../../../packages/loom/src/sync/outbox.js';
import { data, lm, project } from '../project.js';

describe('lm import beads', () => {
  const rows = [
    { id: 'bd-a1b2', title: 'Old title', status: 'open' },
    { id: 'bd-epic', title: 'Epic', status: 'in_progress', priority: 1, issue_type: 'epic', owner: 'ana' },
    {
      id: 'bd-a1b2',
      title: 'Login',
      description: 'fix',
      status: 'open',
      priority: 0,
      labels: ['auth'],
      created_at: '2026-01-02T03:04:05.123456789Z',
      dependencies: [
        { issue_id: 'bd-a1b2', depends_on_id: 'bd-c3d4', type: 'blocks' },
        { issue_id: 'bd-a1b2', depends_on_id: 'bd-epic', type: 'parent-child' },
        { issue_id: 'bd-a1b2', depends_on_id: 'bd-gone', type: 'blocks' },
        { issue_id: 'bd-a1b2', depends_on_id: 'bd-done', type: 'related' },
      ],
    },
    { id: 'bd-c3d4', title: 'Key', status: 'open' },
    {
      id: 'bd-done',
      title: 'Done',
      status: 'closed',
      closed_at: '2026-01-03T00:00:00Z',
      close_reason: 'shipped',
    },
  ];

  it('keeps ids, order and blockers, once, and skips broken lines', () => {
    const { dir, db } = project();
    mkdirSync(join(dir, '.beads'));
    const text = rows.map((row) => JSON.stringify(row)).join('\n');
    writeFileSync(join(dir, '.beads/issues.jsonl'), `${text}\n{"id": broken\n{"id":"bd-untitled"}\nnull\n`);
    expect(data(lm(dir, ['import', 'beads', '--json']))).toMatchObject({
      issues: 4,
      links: 3,
      present: 0,
      badLines: 3,
    });
    expect(data(lm(dir, ['import', 'beads', '--json']))).toMatchObject({ issues: 0, links: 0, present: 4 });
    expect(db.get("SELECT * FROM issues WHERE id = 'bd-a1b2'")).toMatchObject({
      title: 'Login',
      status: 'pending',
      priority: 0,
      parent_id: 'bd-epic',
      labels: '["auth"]',
      source: 'beads',
      created_at: Date.parse('2026-01-02T03:04:05.123Z'),
    });
    expect(db.get("SELECT status, evidence, closed_at FROM issues WHERE id = 'bd-done'")).toMatchObject({
      status: 'completed',
      evidence: 'shipped',
      closed_at: Date.parse('2026-01-03T00:00:00Z'),
    });
    expect(readyIssues(db).map((issue) => issue.id)).toEqual(['bd-c3d4']);
  });

  it('reports a missing file', () => {
    const { dir } = project();
    expect(lm(dir, ['import', 'beads', 'nope.jsonl'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("nope.jsonl can't be read"),
    });
  });
});

describe('lm import lm-rust', () => {
  /** The old tool's tables, with another order of columns than the newest ones. */
  function oldLoom(dir: string): void {
    const work = loadDriver().open(join(dir, 'work.db'));
    work.exec(`CREATE TABLE tasks(title TEXT, id TEXT PRIMARY KEY, status TEXT, priority TEXT, agent TEXT, labels TEXT, parent TEXT,
        evidence TEXT, actual_cost_usd REAL, created_at TEXT, updated_at TEXT);
      CREATE TABLE dependencies(task_id TEXT, depends_on TEXT, created_at TEXT);
      INSERT INTO tasks VALUES
        ('Child', 'lm-0001', 'claimed', 'high', 'claude', '["a"]', 'lm-0002', NULL, 1.25, '2026-01-02T03:04:05.123456789+00:00', '2026-01-02T04:00:00+00:00'),
        ('Parent', 'lm-0002', 'done', 'critical', NULL, 'broken', NULL, 'sha', NULL, '2026-01-01T00:00:00+00:00', '2026-01-05T00:00:00+00:00');
      INSERT INTO dependencies VALUES ('lm-0001', 'lm-0002', '2026-01-01T00:00:00+00:00'), ('lm-0001', 'lm-gone', 'x')`);
    work.close();
    const memory = loadDriver().open(join(dir, 'memory.db'));
    memory.exec(`CREATE TABLE sessions(id TEXT, agent_id TEXT, task_id TEXT, status TEXT, started_at TEXT, ended_at TEXT, working_dir TEXT, git_branch TEXT);
      CREATE TABLE checkpoints(id TEXT, session_id TEXT, sequence INT, summary TEXT, context_json TEXT, git_commit TEXT, created_at TEXT);
      INSERT INTO sessions VALUES ('ses-0000aaaa', 'claude', 'lm-0001', 'active', '2026-01-02T00:00:00+00:00', NULL, '/w', 'main');
      INSERT INTO checkpoints VALUES ('chk-0000aaaa-1', 'ses-0000aaaa', 1, 'half', '{"a":1}', 'abc', '2026-01-02T01:00:00+00:00')`);
    memory.close();
  }

  it('imports tasks, links, sessions, checkpoints and costs, once, and leaves the old files unchanged', () => {
    const { dir, db, loomDir } = project();
    oldLoom(loomDir);
    const before = readFileSync(join(loomDir, 'work.db'));
    expect(data(lm(dir, ['import', 'lm-rust', '--json']))).toMatchObject({
      issues: 2,
      links: 2,
      sessions: 1,
      checkpoints: 1,
    });
    expect(data(lm(dir, ['import', 'lm-rust', '--json']))).toMatchObject({
      issues: 0,
      links: 0,
      sessions: 0,
      checkpoints: 0,
    });
    expect(readFileSync(join(loomDir, 'work.db')).equals(before)).toBe(true);
    expect(db.get("SELECT * FROM issues WHERE id = 'lm-0001'")).toMatchObject({
      status: 'in_progress',
      priority: 1,
      parent_id: 'lm-0002',
      created_at: Date.parse('2026-01-02T03:04:05.123Z'),
    });
    expect(db.get("SELECT status, issue_id FROM sessions WHERE id = 'ses-0000aaaa'")).toMatchObject({
      status: 'interrupted',
      issue_id: 'lm-0001',
    });
    expect(data(lm(dir, ['show', 'lm-0001', '--json']))).toMatchObject({
      cost: { cost_micros: 1_250_000, calls: 1 },
    });
    expect(new Outbox(db).open()).toEqual({ queued: 0, sending: 0 });
  });

  it('reports the damaged old file, not the intact database', () => {
    const { dir } = project();
    mkdirSync(join(dir, 'old'));
    writeFileSync(join(dir, 'old/work.db'), 'no database at all '.repeat(100));
    const ran = lm(dir, ['import', 'lm-rust', 'old']);
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain(`${join(dir, 'old/work.db')} can't be read`);
    expect(ran.stderr).not.toContain('loom.db');
  });

  it('reports where it looked', () => {
    const { dir } = project();
    expect(lm(dir, ['import', 'lm-rust', '/nowhere'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no work.db or memory.db in /nowhere.'),
    });
  });
});

describe('lm export', () => {
  it('writes every record, in the same order each time', () => {
    const { dir } = project();
    const { id } = data<{ id: string }>(lm(dir, ['create', 'x', '--task', 'verify', '--json']));
    lm(dir, ['start', id]);
    expect(data(lm(dir, ['export', '-o', 'a.jsonl', '--json']))).toMatchObject({ records: 7 });
    lm(dir, ['export', '-o', 'b.jsonl']);
    const text = readFileSync(join(dir, 'a.jsonl'), 'utf8');
    expect(readFileSync(join(dir, 'b.jsonl'), 'utf8')).toBe(text);
    const tables = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).table);
    expect(tables).toEqual([
      'issues',
      'issue_events',
      'issue_events',
      'sessions',
      'attributions',
      'iterations',
      'atlas_tags',
    ]);
    expect(data<unknown[]>(lm(dir, ['export', '--table', 'issues', '--json']))).toMatchObject([
      { table: 'issues', id },
    ]);
  });
});
