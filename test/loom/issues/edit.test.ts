import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { issueText, readIssueText } from '../../../packages/loom/src/commands/editor.js';
import { claimIssue, closeIssue, reopenIssue } from '../../../packages/loom/src/issues/changes.js';
import { addComment } from '../../../packages/loom/src/issues/comments.js';
import {
  blockIssue,
  linkIssues,
  linksOf,
  openBlockers,
  unlinkIssues,
} from '../../../packages/loom/src/issues/dependencies.js';
import { editIssue, hideIssue, removeIssue } from '../../../packages/loom/src/issues/edit.js';
import { searchIssues } from '../../../packages/loom/src/issues/search.js';
import {
  createIssue,
  findIssue,
  listIssues,
  readyIssues,
  requireIssue,
} from '../../../packages/loom/src/issues/store.js';
import { issueTree, treeLines } from '../../../packages/loom/src/issues/tree.js';
import { data, lm, project } from '../project.js';

const ana = { name: 'ana', sessionId: null };

function setUp() {
  const { db, dir, loomDir } = project();
  const add = (title: string, more: object = {}) => createIssue(db, { title, ...more }, ana, 1000).id;
  return { db, dir, loomDir, add };
}

describe('editing', () => {
  it('changes the given fields, and keeps both versions', () => {
    const { db, add } = setUp();
    const id = add('Old', { description: 'first' });
    const { edited } = editIssue(db, id, { title: 'New', description: 'first', labels: ['a'] }, ana, 2000);
    expect(edited).toEqual({ title: ['Old', 'New'], labels: [[], ['a']] });
    expect(requireIssue(db, id)).toMatchObject({ title: 'New', labels: ['a'], updated_at: 2000 });
    const [event] = db.all("SELECT kind, detail, sync FROM issue_events WHERE kind = 'edited'");
    expect(event).toMatchObject({ sync: 3 });
    expect(JSON.parse(String(event?.detail))).toEqual({ title: ['Old', 'New'], labels: [[], ['a']] });
    expect(editIssue(db, id, { title: 'New' }, ana, 3000).edited).toEqual({});
  });

  it('rejects a part of itself as parent, at any depth', () => {
    const { db, add } = setUp();
    const [a, b, c] = [add('a'), add('b'), add('c')];
    editIssue(db, b, { parent_id: a }, ana, 2000);
    editIssue(db, c, { parent_id: b }, ana, 2000);
    expect(() => editIssue(db, a, { parent_id: c }, ana, 2000)).toThrow(`${c} is a part of ${a} already`);
    expect(treeLines(issueTree(db, a, false)).map((line) => line.slice(0, line.indexOf('  P')))).toEqual([
      a,
      `└─ ${b}`,
      `   └─ ${c}`,
    ]);
  });

  it('with $EDITOR returns the same issue after no edit, whatever its texts contain', () => {
    const { db, add } = setUp();
    const id = add('Title: with a colon', { description: 'a\n\n### not ours\nkey: value', notes: 'n' });
    const issue = requireIssue(db, id);
    const { patch, status } = readIssueText(issueText(issue));
    expect(status).toBe('pending');
    expect(editIssue(db, id, patch, ana, 2000).edited).toEqual({});
  });

  it('opens $EDITOR without flags', () => {
    const { dir, add } = setUp();
    const id = add('Before');
    const editor = join(dir, 'editor.sh');
    writeFileSync(
      editor,
      '#!/bin/sh\nsed -i.bak -e "s/^title: .*/title: After/" -e "s/^priority: .*/priority: 0/" "$1"\n',
    );
    chmodSync(editor, 0o755);
    expect(data(lm(dir, ['edit', id, '--json'], { EDITOR: editor }))).toMatchObject({
      title: 'After',
      priority: 0,
      changed: ['title', 'priority'],
    });
    expect(lm(dir, ['edit', id])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('$EDITOR is not set'),
    });
    expect(lm(dir, ['edit', id], { EDITOR: 'false' })).toMatchObject({ code: 1 });
  });
});

describe('reopening', () => {
  it('keeps the evidence only in the history', () => {
    const { db, add } = setUp();
    const id = add('a');
    closeIssue(db, id, 'completed', ana, 2000, { evidence: 'sha 1' });
    expect(reopenIssue(db, id, ana, 3000)).toMatchObject({
      status: 'pending',
      evidence: null,
      closed_at: null,
    });
    const [event] = db.all("SELECT detail FROM issue_events WHERE reason = 'reopened'");
    expect(JSON.parse(String(event?.detail))).toEqual({ evidence: ['sha 1', null] });
    expect(() => reopenIssue(db, id, ana, 4000)).toThrow('is pending, not closed');
  });

  it('restores a deleted issue, but not a permanently deleted one', () => {
    const { db, add } = setUp();
    const id = add('a');
    hideIssue(db, id, ana, 2000);
    expect(listIssues(db, {})).toEqual([]);
    expect(readyIssues(db)).toEqual([]);
    expect(requireIssue(db, id).deleted_at).toBe(2000);
    reopenIssue(db, id, ana, 3000);
    expect(readyIssues(db).map((issue) => issue.id)).toEqual([id]);
    addComment(db, id, 'hm', ana, 3500);
    removeIssue(db, id, ana);
    expect(findIssue(db, id)).toBeUndefined();
    expect(db.get('SELECT COUNT(*) AS n FROM issue_comments')?.n).toBe(0);
  });
});

describe('links', () => {
  it('block an issue only if they are blocking links', () => {
    const { db, add } = setUp();
    const [a, b] = [add('a'), add('b')];
    linkIssues(db, a, b, 'discovered-from', ana, 2000);
    expect(openBlockers(db, a)).toEqual([]);
    expect(readyIssues(db)).toHaveLength(2);
    // A stronger link replaces a weaker one, but not the other way round.
    blockIssue(db, a, b, undefined, ana, 3000);
    linkIssues(db, a, b, 'related', ana, 4000);
    expect(linksOf(db, a).to).toEqual([{ id: b, type: 'blocks' }]);
    expect(linksOf(db, b).from).toEqual([{ id: a, type: 'blocks' }]);
    expect(unlinkIssues(db, a, b, ana, 5000)).toBe(true);
    expect(requireIssue(db, a).status).toBe('pending');
    expect(unlinkIssues(db, a, b, ana, 5000)).toBe(false);
  });

  it('of a completed issue that still waited are reported', () => {
    const { dir, db, add } = setUp();
    const [a, b] = [add('a'), add('b')];
    blockIssue(db, a, b, undefined, ana, 2000);
    expect(lm(dir, ['done', a]).stdout).toContain(`It still waited for ${b}.`);
  });
});

describe('the list of ready issues', () => {
  it('leaves out a deferred issue until its day', () => {
    const { db, add } = setUp();
    const id = add('later', { deferUntil: 5000 });
    expect(readyIssues(db, -1, 4000)).toEqual([]);
    expect(readyIssues(db, -1, 5000).map((issue) => issue.id)).toEqual([id]);
  });

  it('shows how many more there are', () => {
    const { dir, add } = setUp();
    for (const title of ['a', 'b', 'c']) {
      add(title);
    }
    expect(lm(dir, ['ready', '--limit', '2']).stdout).toMatch(/1 more: --limit 3\n$/);
    expect(lm(dir, ['list', '--limit', '1']).stdout).toMatch(/2 more: --limit 3\n$/);
    expect(data<unknown[]>(lm(dir, ['list', '--limit', '1', '--json']))).toHaveLength(1);
  });
});

describe('searching', () => {
  it('finds words in the current texts and comments', () => {
    const { db, add } = setUp();
    const [a, b] = [add('Login fails', { description: 'OAuth tokens expire' }), add('Other')];
    const ids = (words: string) => searchIssues(db, words).found.map(({ issue }) => issue.id);
    expect(ids('token')).toEqual([a]);
    expect(ids('login expire')).toEqual([a]);
    expect(ids('login other')).toEqual([]);
    addComment(db, b, 'die Anmeldung über SSO', ana, 2000);
    expect(ids('uber')).toEqual([b]);
    editIssue(db, a, { title: 'Sign-in fails', description: null }, ana, 3000);
    expect(ids('login')).toEqual([]);
    expect(ids('sign')).toEqual([a]);
    removeIssue(db, a, ana);
    expect(ids('sign')).toEqual([]);
    // The index treats no user input as an operator.
    expect(ids('NOT "x" OR (')).toEqual([]);
    expect(() => ids('"*"')).toThrow('no words to search');
  });
});

it('a template gives an issue its text and fields, and flags override them', () => {
  const { dir, loomDir } = setUp();
  mkdirSync(join(loomDir, 'templates'));
  writeFileSync(
    join(loomDir, 'templates/bug.md'),
    'type: bug\npriority: 1\nlabels: triage\n\n## description\n\nSteps:\n',
  );
  writeFileSync(join(loomDir, 'templates/plain.md'), 'Only text.\n');
  expect(data(lm(dir, ['create', 'x', '--template', 'bug', '-p', '0', '-l', 'ui', '--json']))).toMatchObject({
    type: 'bug',
    priority: 0,
    labels: ['triage', 'ui'],
    description: 'Steps:',
  });
  expect(data(lm(dir, ['create', 'y', '--template', 'plain', '--json']))).toMatchObject({
    description: 'Only text.',
    priority: 2,
  });
  expect(lm(dir, ['create', 'z', '--template', '../x'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('bug, plain'),
  });
});

it('two with the same name on two machines stay separate', () => {
  const { db, add } = setUp();
  const id = add('a');
  claimIssue(db, id, ana, 2000);
  db.run(
    'UPDATE issues SET holder = ? WHERE id = ?',
    JSON.stringify({ user: 'ana', host: 'laptop', node: 'n2' }),
    id,
  );
  expect(() => claimIssue(db, id, ana, 3000)).toThrow(`${id} is claimed by ana (ana@laptop).`);
});
