import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import { git } from '../support/cli.js';
import { observe } from '../support/in-process.js';
import { INIT, jsonc, managerThat, repository, worker } from './repository.js';

const LOCK = '{\n  "lockfileVersion": 3\n}\n';
const MORE = '{\n  "lockfileVersion": 3,\n  "fresh": "from npm install"\n}\n';

function project(more: Record<string, string> = {}): string {
  return repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    'package-lock.json': LOCK,
    '.gitignore': 'node_modules\n.dev.vars\n',
    ...more,
  });
}

describe('a git tree with changes', () => {
  it('is accepted if only the lockfile differs, and remove restores those changes', async () => {
    const dir = project();
    writeFileSync(join(dir, 'package-lock.json'), MORE);
    const before = await hashFiles(dir);
    const npm = managerThat(`echo '{ "lockfileVersion": 3, "ours": 1 }' > package-lock.json`);
    const init = await observe(['init', '--yes'], dir, npm);
    expect(init).toMatchObject({ code: EXIT.ok, stderr: '' });
    expect(init.stdout).toMatch(
      /^Note: the uncommitted changes of package-lock\.json .* commit them first\.$/m,
    );
    expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: EXIT.ok });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('is accepted if the lockfile is new, or above the Worker', async () => {
    const fresh = project();
    rmSync(join(fresh, 'package-lock.json'));
    git(fresh, 'rm', '--quiet', '--cached', 'package-lock.json');
    git(fresh, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'x');
    writeFileSync(join(fresh, 'package-lock.json'), LOCK);
    expect(await observe(INIT, fresh)).toMatchObject({
      code: EXIT.ok,
      stdout: expect.stringMatching(/^Note/m),
    });

    const above = repository({
      'package.json': '{ "name": "all", "private": true, "workspaces": ["apps/*"] }\n',
      'package-lock.json': LOCK,
      ...worker('apps/größe', { 'wrangler.jsonc': jsonc('calc') }),
    });
    writeFileSync(join(above, 'package-lock.json'), MORE);
    const init = await observe([...INIT, '--cwd', 'apps/größe'], above);
    expect(init).toMatchObject({
      code: EXIT.ok,
      stdout: expect.stringMatching(/of package-lock\.json are/),
    });
  });

  it.each([
    ['next to the lockfile', 'src/größe.ts', /uncommitted changes: src\/größe\.ts\./],
    ['in the lockfile of another package manager', 'bun.lock', /uncommitted changes: bun\.lock\./],
    ['in a lockfile further down', 'packages/x/package-lock.json', /uncommitted changes: packages/],
  ])('is refused with changes %s', async (_where, path, words) => {
    // If package.json names npm, npm is used despite the second lockfile.
    const more = { 'bun.lock': '', 'package.json': '{ "name": "w", "packageManager": "npm@11.0.0" }\n' };
    const dir = project({ 'packages/x/package-lock.json': LOCK, 'src/größe.ts': '', ...more });
    writeFileSync(join(dir, 'package-lock.json'), MORE);
    appendFileSync(join(dir, path), '\n');
    const before = await hashFiles(dir);
    const init = await observe(INIT, dir);
    expect(init).toMatchObject({ code: EXIT.dirtyTree, stderr: expect.stringMatching(words) });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('is refused if git fails', async () => {
    const dir = project();
    writeFileSync(join(dir, '.git/index'), 'broken');
    const init = await observe(INIT, dir);
    expect(init).toMatchObject({ code: EXIT.dirtyTree, stderr: expect.stringMatching(/git status fails/) });
    expect(await observe([...INIT, '--force'], dir)).toMatchObject({ code: EXIT.ok });
  });

  it('is refused with a new file even if the user’s git hides new files', async () => {
    const dir = project();
    git(dir, 'config', 'status.showUntrackedFiles', 'no');
    writeFileSync(join(dir, 'src/new.ts'), '');
    expect(await observe(INIT, dir)).toMatchObject({ code: EXIT.dirtyTree });
  });
});
