import { describe, expect, it } from 'vitest';
import { claimIssue, closeIssue, releaseIssue } from '../../../packages/loom/src/issues/changes.js';
import { blockIssue, openBlockers, unblockIssue } from '../../../packages/loom/src/issues/dependencies.js';
import type { Actor } from '../../../packages/loom/src/issues/issue.js';
import {
  createIssue,
  listIssues,
  readyIssues,
  requireIssue,
} from '../../../packages/loom/src/issues/store.js';
import { endSession, startSession } from '../../../packages/loom/src/sessions/store.js';
import { project } from '../project.js';

const ana = { name: 'ana', sessionId: null };
const ben = { name: 'ben', sessionId: null };

function setUp() {
  const { db } = project();
  const add = (title: string, priority = 2, labels: string[] = []) =>
    createIssue(db, { title, priority, labels }, ana, 1000).id;
  const status = (id: string) => requireIssue(db, id).status;
  return { db, add, status };
}

describe('claiming', () => {
  it('gives an issue to one agent only, and reports who has it', () => {
    const { db, add } = setUp();
    const id = add('one');
    expect(claimIssue(db, id, ana, 2000)).toMatchObject({ status: 'in_progress', assignee: 'ana' });
    expect(claimIssue(db, id, ana, 3000).updated_at).toBe(2000);
    expect(() => claimIssue(db, id, ben, 3000)).toThrow(`${id} is claimed by ana.`);
    releaseIssue(db, id, ana, 4000);
    expect(claimIssue(db, id, ben, 5000).assignee).toBe('ben');
  });

  it('gives an issue to one of two sessions of the same agent, until that session ends', () => {
    const { db, add } = setUp();
    const id = add('one');
    const [first, second] = [1, 2].map(() => ({
      name: 'claude-code',
      sessionId: startSession(db, { agent: 'claude-code', source: 'manual', startedAt: 1000 }).id,
    })) as [Actor, Actor];
    claimIssue(db, id, first, 2000);
    expect(claimIssue(db, id, first, 3000).updated_at).toBe(2000);
    expect(() => claimIssue(db, id, second, 3000)).toThrow(
      `${id} is claimed by claude-code in ${first.sessionId}.`,
    );
    endSession(db, first.sessionId ?? '', 'complete', null, 4000);
    expect(claimIssue(db, id, second, 5000).assignee).toBe('claude-code');
  });

  it('rejects issues that are closed, waiting or missing', () => {
    const { db, add } = setUp();
    const [closed, waiting, blocker] = [add('closed'), add('waiting'), add('blocker')];
    closeIssue(db, closed, 'completed', ana, 2000);
    blockIssue(db, waiting, blocker, undefined, ana, 2000);
    expect(() => claimIssue(db, closed, ana, 3000)).toThrow('is completed');
    expect(() => claimIssue(db, waiting, ana, 3000)).toThrow(`waits for ${blocker}`);
    expect(() => claimIssue(db, 'lm-absent', ana, 3000)).toThrow('There is no issue "lm-absent".');
  });
});

describe('waiting', () => {
  it('ends when the last blocker closes', () => {
    const { db, add, status } = setUp();
    const [a, b, waiting] = [add('a'), add('b'), add('waiting')];
    blockIssue(db, waiting, a, undefined, ana, 2000);
    blockIssue(db, waiting, b, undefined, ana, 2000);
    expect(closeIssue(db, a, 'completed', ana, 3000).freed).toEqual([]);
    expect(status(waiting)).toBe('blocked');
    expect(closeIssue(db, b, 'cancelled', ana, 3000).freed.map((issue) => issue.id)).toEqual([waiting]);
    expect(status(waiting)).toBe('pending');
  });

  it('in a cycle of any length is rejected', () => {
    const { db, add } = setUp();
    const [a, b, c] = [add('a'), add('b'), add('c')];
    blockIssue(db, a, b, undefined, ana, 2000);
    blockIssue(db, b, c, undefined, ana, 2000);
    expect(() => blockIssue(db, c, a, undefined, ana, 2000)).toThrow('could start');
    expect(() => blockIssue(db, a, a, undefined, ana, 2000)).toThrow('could start');
    expect(openBlockers(db, c)).toEqual([]);
  });

  it('for something outside Loom lasts until it is unblocked', () => {
    const { db, add, status } = setUp();
    const id = add('a');
    blockIssue(db, id, undefined, 'a key from the bank', ana, 2000);
    expect(readyIssues(db)).toEqual([]);
    unblockIssue(db, id, undefined, ana, 3000);
    expect(status(id)).toBe('pending');
  });
});

describe('lists', () => {
  it('show urgent and old issues first, and hide waiting ones', () => {
    const { db, add } = setUp();
    const [late, urgent, waiting] = [add('late', 3), add('urgent', 0), add('waiting', 0)];
    blockIssue(db, waiting, late, undefined, ana, 2000);
    expect(readyIssues(db).map((issue) => issue.id)).toEqual([urgent, late]);
  });

  it('filter by state, label and assignee', () => {
    const { db, add } = setUp();
    const [a, b] = [add('a', 2, ['ui', 'bug']), add('b', 2, ['ui'])];
    claimIssue(db, b, ben, 2000);
    const ids = (filter: Parameters<typeof listIssues>[1]) => listIssues(db, filter).map((issue) => issue.id);
    expect(ids({ label: 'bug' })).toEqual([a]);
    expect(ids({ assignee: 'ben' })).toEqual([b]);
    expect(ids({ status: ['in_progress'] })).toEqual([b]);
    expect(ids({ status: ['completed'] })).toEqual([]);
  });

  it('keep the history of every change', () => {
    const { db, add } = setUp();
    const id = add('a');
    claimIssue(db, id, ben, 2000);
    closeIssue(db, id, 'completed', ben, 3000, { evidence: 'abc' });
    const events = db.all(
      'SELECT actor, from_status, to_status, at FROM issue_events WHERE issue_id = ? ORDER BY at',
      id,
    );
    expect(events.map((event) => Object.values(event))).toEqual([
      ['ana', null, 'pending', 1000],
      ['ben', 'pending', 'in_progress', 2000],
      ['ben', 'in_progress', 'completed', 3000],
    ]);
    expect(requireIssue(db, id)).toMatchObject({ evidence: 'abc', closed_at: 3000 });
  });
});

it('ids are unique among ten thousand', () => {
  const { db } = setUp();
  db.transaction(() => {
    for (let n = 0; n < 10_000; n += 1) {
      createIssue(db, { title: String(n) }, ana, n);
    }
  });
  expect(db.get('SELECT COUNT(DISTINCT id) AS n FROM issues')?.n).toBe(10_000);
});
