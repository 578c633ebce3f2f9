import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitHead } from '../../../packages/loom/src/git.js';
import { findLoomDir } from '../../../packages/loom/src/store/folder.js';
import { tempDir } from '../../support/folder.js';

function repository(): { dir: string; git: (...args: string[]) => string } {
  const dir = tempDir();
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  writeFileSync(join(dir, 'file'), 'x');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  return { dir, git };
}

it('is found from subfolders, and by LOOM_DIR', () => {
  const dir = tempDir();
  mkdirSync(join(dir, '.loom'));
  mkdirSync(join(dir, 'a/b'), { recursive: true });
  expect(findLoomDir(join(dir, 'a/b'), {})).toBe(join(dir, '.loom'));
  expect(findLoomDir('/', { LOOM_DIR: join(dir, 'elsewhere') })).toBe(join(dir, 'elsewhere'));
});

it("is the main worktree's for all worktrees of a repository", () => {
  const { dir, git } = repository();
  mkdirSync(join(dir, '.loom'));
  const tree = join(tempDir(), 'tree');
  git('worktree', 'add', '-q', '-b', 'side', tree);
  mkdirSync(join(tree, '.loom'));
  expect(findLoomDir(tree, {})).toBe(join(dir, '.loom'));
});

it('HEAD is read without git, loose and packed, on a branch, detached and in a worktree', () => {
  const { dir, git } = repository();
  const commit = git('rev-parse', 'HEAD').trim();
  expect(gitHead(dir)).toEqual({ branch: 'main', commit });
  git('pack-refs', '--all');
  expect(gitHead(dir)).toEqual({ branch: 'main', commit });
  const tree = join(tempDir(), 'tree');
  git('worktree', 'add', '-q', '-b', 'feat/lm-abc123', tree);
  expect(gitHead(tree)).toEqual({ branch: 'feat/lm-abc123', commit });
  git('checkout', '-q', '--detach');
  expect(gitHead(dir)).toEqual({ branch: undefined, commit });
  expect(gitHead(tempDir())).toEqual({ branch: undefined, commit: undefined });
});
