import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commentsOf } from '../../../packages/loom/src/issues/comments.js';
import { openBlockers } from '../../../packages/loom/src/issues/dependencies.js';
import { editIssue } from '../../../packages/loom/src/issues/edit.js';
import { readyIssues, requireIssue } from '../../../packages/loom/src/issues/store.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { beadsLines } from '../../../packages/loom/src/transfer/beads/export.js';
import { importBeads } from '../../../packages/loom/src/transfer/beads/import.js';
import { data, lm, project } from '../project.js';

const ana = { name: 'ana', sessionId: null };
const NOW = Date.parse('2026-03-01T00:00:00Z');

const FULL = {
  id: 'bd-x1',
  title: 'Move to SQLite',
  description: 'why',
  design: 'one file, WAL',
  acceptance_criteria: '- survives a kill',
  notes: 'ask Bo',
  status: 'open',
  priority: 1,
  issue_type: 'feature',
  assignee: 'cy',
  created_by: 'di',
  owner: 'ed',
  estimated_minutes: 90,
  metadata: { sprint: 7 },
  due_at: '2026-04-01T00:00:00Z',
  labels: ['db'],
  created_at: '2026-01-02T03:04:05.123456789-08:00',
  updated_at: '2026-01-03T00:00:00Z',
  dependencies: [
    { issue_id: 'bd-x1', depends_on_id: 'bd-x2', type: 'discovered-from' },
    { issue_id: 'bd-x1', depends_on_id: 'bd-gone', type: 'blocks' },
  ],
  comments: [{ id: 4, author: 'fi', text: 'seen it twice', created_at: '2026-01-02T04:00:00Z' }],
};
const OTHER = {
  id: 'bd-x2',
  title: 'Other',
  status: 'in_progress',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};

function file(rows: readonly object[]): {
  db: Database;
  dir: string;
  take: (next?: readonly object[], now?: number) => ReturnType<typeof importBeads>;
} {
  const { db, dir } = project();
  const path = join(dir, 'issues.jsonl');
  const write = (lines: readonly object[]) =>
    writeFileSync(path, lines.map((row) => `${JSON.stringify(row)}\n`).join(''));
  write(rows);
  return {
    db,
    dir,
    take: (next, now = NOW) => {
      if (next) {
        write(next);
      }
      return importBeads(db, path, now);
    },
  };
}

describe('lm import beads', () => {
  it('imports every field, and exports every one', () => {
    const { db, take } = file([FULL, OTHER]);
    expect(take()).toMatchObject({
      issues: 2,
      changed: 0,
      present: 0,
      links: 1,
      comments: 1,
      unreadable: [],
    });
    expect(requireIssue(db, 'bd-x1')).toMatchObject({
      design: 'one file, WAL',
      acceptance: '- survives a kill',
      notes: 'ask Bo',
      type: 'feature',
      assignee: 'cy',
      created_by: 'di',
      due_at: Date.parse('2026-04-01T00:00:00Z'),
      waits_for: ['bd-gone'],
    });
    expect(commentsOf(db, 'bd-x1')).toMatchObject([{ author: 'fi', text: 'seen it twice' }]);
    const [back] = [...beadsLines(db)].map((line) => JSON.parse(line));
    expect(back).toMatchObject({
      ...FULL,
      created_at: '2026-01-02T11:04:05.123Z',
      updated_at: '2026-01-03T00:00:00.000Z',
      due_at: '2026-04-01T00:00:00.000Z',
      dependencies: [
        { depends_on_id: 'bd-x2', type: 'discovered-from' },
        { depends_on_id: 'bd-gone', type: 'blocks' },
      ],
      comments: [{ id: 4, author: 'fi', text: 'seen it twice' }],
    });
  });

  it('reports missing blockers, and an issue that waits for one is not ready', () => {
    const { db, take } = file([FULL, OTHER]);
    const { notes } = take();
    expect(notes.join('\n')).toContain('bd-x1: blocks bd-gone');
    expect(notes.join('\n')).toContain('owner (1), estimated_minutes (1), metadata (1)');
    expect(openBlockers(db, 'bd-x1')).toEqual(['bd-gone']);
    expect(readyIssues(db)).toEqual([]);
    // When it arrives, it blocks the issue like any other. After it is done, it does not block any more.
    const gone = { id: 'bd-gone', title: 'Late', status: 'open', updated_at: '2026-01-04T00:00:00Z' };
    expect(take([FULL, OTHER, gone])).toMatchObject({ issues: 1, links: 1 });
    expect(requireIssue(db, 'bd-x1').waits_for).toEqual([]);
    expect(readyIssues(db).map(({ id }) => id)).toEqual(['bd-gone']);
    take([FULL, OTHER, { ...gone, status: 'closed', updated_at: '2026-01-05T00:00:00Z' }]);
    expect(readyIssues(db).map(({ id }) => id)).toEqual(['bd-x1']);
  });

  it('synchronises: changes in Beads are imported, changes here stay, and conflicts are reported', () => {
    const { db, take } = file([FULL, OTHER]);
    take();
    expect(take()).toMatchObject({ issues: 0, changed: 0, present: 2, links: 0, comments: 0 });
    editIssue(db, 'bd-x1', { notes: 'asked Bo', priority: 0 }, ana, Date.parse('2026-01-06T00:00:00Z'));
    const changed = {
      ...FULL,
      title: 'Move to libSQL',
      priority: 3,
      updated_at: '2026-01-07T00:00:00Z',
      dependencies: [],
    };
    const report = take([changed, OTHER]);
    expect(report).toMatchObject({ changed: 1, present: 1 });
    expect(report.notes.join('\n')).toContain(
      'bd-x1: priority was edited here and in Beads. The later edit counts: Beads.',
    );
    expect(requireIssue(db, 'bd-x1')).toMatchObject({
      title: 'Move to libSQL',
      priority: 3,
      notes: 'asked Bo',
      waits_for: [],
    });
    expect(db.all("SELECT * FROM issue_deps WHERE issue_id = 'bd-x1'")).toEqual([]);
    // The same file again changes nothing.
    expect(take()).toMatchObject({ changed: 0 });
  });

  it('accepts lines that are not issues, and reports invalid lines by number', () => {
    const { db, dir } = project();
    mkdirSync(join(dir, '.beads'));
    const path = join(dir, '.beads/issues.jsonl');
    writeFileSync(
      path,
      [
        '{"_schema":"beads-jsonl","version":1}',
        '{"_type":"memory","key":"build","value":"use pnpm"}',
        '{"_type":"wisp","id":"w"}',
        JSON.stringify(OTHER),
        '{"id":',
        '{"title":"no id"}',
      ].join('\n'),
    );
    expect(data(lm(dir, ['import', 'beads', '--json']))).toMatchObject({
      issues: 1,
      memories: 1,
      badLines: 2,
      unreadable: ['line 5 is not a JSON object', 'line 6 has no id'],
      notes: ['1 lines of type "wisp" are not supported here.'],
    });
    expect(db.all('SELECT kind, text FROM memories')).toEqual([{ kind: 'beads', text: 'build: use pnpm' }]);
    writeFileSync(path, '');
    expect(lm(dir, ['import', 'beads'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('holds no issues'),
    });
  });

  it('exports lines that bd import reads, also for our own issues', () => {
    const { dir } = project();
    const { id } = data<{ id: string }>(lm(dir, ['create', 'Ours', '--type', 'bug', '--json']));
    lm(dir, ['comment', id, 'hm']);
    lm(dir, ['export', '--beads', '-o', 'out.jsonl']);
    expect(JSON.parse(readFileSync(join(dir, 'out.jsonl'), 'utf8'))).toMatchObject({
      id,
      title: 'Ours',
      status: 'open',
      issue_type: 'bug',
      priority: 2,
      created_by: 'tester',
      comments: [{ author: 'tester', text: 'hm' }],
    });
  });
});
