import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createIssue } from '../../../packages/loom/src/issues/store.js';
import { attributeByCommits } from '../../../packages/loom/src/sessions/commits.js';
import { openManualSession } from '../../../packages/loom/src/sessions/manual.js';
import { endSession } from '../../../packages/loom/src/sessions/store.js';
import { project } from '../project.js';

const T = Date.now();

it('a session without an issue gets the issue in its own commits, but not in older ones', () => {
  const { dir, db } = project();
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { stdio: 'pipe' });
  const commit = (message: string) => {
    writeFileSync(join(dir, 'file'), message);
    git('add', 'file');
    git('commit', '-q', '-m', message);
  };
  const add = (title: string) => createIssue(db, { title }, { name: 'x', sessionId: null }, 1).id;
  const [older, own] = [add('older'), add('own')];
  git('init', '-q', '-b', 'main');
  commit(`fix ${older}`);
  const start = () => openManualSession(db, { agent: 'a', cwd: dir, now: T }).id;
  const working = start();
  db.run("INSERT INTO llm_calls(id, session_id, model, started_at) VALUES ('c', ?, 'm', ?)", working, T);
  commit('tidy');
  commit(`Fix the login\n\nCloses ${own}`);
  endSession(db, working, 'complete', null, Date.now());
  const idle = start();
  endSession(db, idle, 'complete', null, Date.now());
  attributeByCommits(db);
  const issueOf = (id: string) => db.get('SELECT issue_id FROM sessions WHERE id = ?', id)?.issue_id;
  expect([issueOf(working), issueOf(idle)]).toEqual([own, null]);
  expect(db.get("SELECT issue_id FROM llm_calls WHERE id = 'c'")?.issue_id).toBe(own);
  expect(db.get('SELECT basis FROM attributions')?.basis).toBe('commit');
});
