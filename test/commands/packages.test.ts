import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../src/commands/install.js';
import { commandOf } from '../../src/commands/own-command.js';
import { splice } from '../../src/core/edits.js';
import { planPackageJson } from '../../src/scaffold/package-json.js';
import { differences, hashFiles } from '../harness/files.js';
import { commitAll, git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { observe } from '../support/in-process.js';
import { INIT, jsonc, repository, text, toolNamed, worker } from './repository.js';

const STEMS = ['observability', 'loom', 'observe'];
const COPIES = 'vendor/create-something';
const nameOf = (stem: string) => `create-something-${stem}-0.1.0.tgz`;
/** Every byte, including binary files. */
const bytesOf = (stem: string) => Buffer.from([...Array(256).keys(), stem.length, 0xff, 0xfe, 0x0d]);

function pack(dir: string, stems: readonly string[] = STEMS): string {
  mkdirSync(dir, { recursive: true });
  for (const stem of stems) writeFileSync(join(dir, nameOf(stem)), bytesOf(stem));
  return dir;
}

const single = (more: Record<string, string> = {}) =>
  repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    '.gitignore': 'node_modules\n.dev.vars\n',
    ...more,
  });
const specsIn = (dir: string) => text(dir, 'package.json').match(/"file:[^"]+"/g);

describe('tarballs', () => {
  it('from outside the repository are copied into it, byte for byte, and are removed with the set-up', async () => {
    const dir = single();
    const before = await hashFiles(dir);
    const init = await observe([...INIT, '--packages', pack(folderWith({}))], dir);
    expect(init, init.stderr).toMatchObject({ code: 0 });
    for (const stem of STEMS) expect(readFileSync(join(dir, COPIES, nameOf(stem)))).toEqual(bytesOf(stem));
    expect(specsIn(dir)?.sort()).toEqual(STEMS.map((stem) => `"file:${COPIES}/${nameOf(stem)}"`).sort());
    expect(text(dir, 'package.json')).toContain('"observe:check": "create-something-observe check"');
    expect(text(dir, 'package.json')).not.toContain('npx');
    expect(init.stdout).toContain('npm run observe:check');
    commitAll(dir);
    const made = await hashFiles(dir);
    expect((await observe(INIT, dir)).stdout).toContain('Nothing to do');
    expect(await hashFiles(dir)).toEqual(made);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes'], dir)).toMatchObject({ code: 0 });
    expect(differences(before, await hashFiles(dir))).toEqual([]);
  });

  it('inside the repository are used in place', async () => {
    const dir = single();
    pack(join(dir, 'packed'));
    commitAll(dir);
    await observe([...INIT, '--packages', join(dir, 'packed')], dir);
    expect(specsIn(dir)).toContain(`"file:packed/${nameOf('loom')}"`);
    expect(existsSync(join(dir, 'vendor'))).toBe(false);
  });

  it('ignored by git are copied too', async () => {
    const dir = single({ '.gitignore': 'node_modules\n.dev.vars\npacked\n' });
    await observe([...INIT, '--packages', pack(join(dir, 'packed'))], dir);
    expect(specsIn(dir)).toContain(`"file:${COPIES}/${nameOf('loom')}"`);
  });

  it('are copied to a folder that git does not ignore', async () => {
    const dir = single({ '.gitignore': 'node_modules\n.dev.vars\nvendor\n' });
    const before = await hashFiles(dir);
    const init = await observe([...INIT, '--packages', pack(folderWith({}))], dir);
    expect(init.stdout).not.toContain('not-in-clone');
    expect(specsIn(dir)).not.toContain('vendor');
    commitAll(dir);
    expect((await observe(INIT, dir)).stdout).toContain('Nothing to do');
    await observe(['remove', '--yes'], dir);
    expect(differences(before, await hashFiles(dir))).toEqual([]);
  });

  it('without the command line add no script for it', async () => {
    const dir = single();
    await observe([...INIT, '--packages', pack(folderWith({}), ['observability', 'loom'])], dir);
    expect(text(dir, 'package.json')).not.toContain('create-something-observe');
  });

  it('are kept while another Worker of the workspace needs them', async () => {
    const workers = ['apps/one', 'apps/two'];
    const dir = repository({
      'package.json': '{ "name": "all", "private": true, "workspaces": ["apps/*"] }\n',
      'package-lock.json': '{}\n',
      ...Object.assign({}, ...workers.map((at) => worker(at, { 'wrangler.jsonc': jsonc(at.slice(5)) }))),
      '.gitignore': 'node_modules\n.dev.vars\n',
    });
    const before = await hashFiles(dir);
    const packed = pack(folderWith({}));
    for (const at of workers) {
      const init = await observe([...INIT, '--force', '--worker', at, '--packages', packed], dir);
      expect(init, init.stderr).toMatchObject({ code: 0 });
    }
    expect(text(dir, 'apps/two/package.json')).toContain(`"file:../../${COPIES}/${nameOf('observe')}"`);
    commitAll(dir);
    await observe(['remove', '--yes', '--worker', 'apps/one'], dir);
    for (const stem of STEMS) expect(existsSync(join(dir, COPIES, nameOf(stem)))).toBe(true);
    commitAll(dir);
    await observe(['remove', '--yes', '--worker', 'apps/two'], dir);
    expect(differences(before, await hashFiles(dir))).toEqual([]);
  });

  it('are in a dry run by name and size, but not in a patch', async () => {
    const dir = single();
    const shown = await observe(['init', '--dry-run', '--packages', pack(folderWith({}))], dir);
    expect(shown.stderr).toMatch(
      /vendor\/create-something\/create-something-loom-0\.1\.0\.tgz +1 KB, a copy/,
    );
    expect(shown.stdout).not.toContain('.tgz\n+++');
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });
});

describe('a Node without SQLite', () => {
  const specs = { observability: '^1.0.0', loom: '^1.0.0', observe: '^1.0.0' };
  const planned = (before: string, needsSqlite: boolean) =>
    splice(
      before,
      planPackageJson(before, {
        layers: ['langfuse', 'loom'],
        specs,
        sync: '.loom/sync.mjs',
        isLoomHome: true,
        needsSqlite,
      }),
    );

  it('gets the package for it with Loom, once', () => {
    const made = planned('{ "name": "w" }\n', true);
    expect(JSON.parse(made).devDependencies).toEqual({
      '@create-something/loom': '^1.0.0',
      '@photostructure/sqlite': '^1.2.1',
      'create-something-observe': '^1.0.0',
    });
    expect(planned(made, true)).toBe(made);
  });

  it('is not the same project as with a Node that has it', () => {
    expect(planned('{ "name": "w" }\n', false)).not.toContain('sqlite');
  });
});

describe('an install that fails', () => {
  it('is reported with its cause, not with its last lines', () => {
    const noise = Array.from(
      { length: 30 },
      (_, at) => `npm warn deprecated thing@${at}: no longer maintained`,
    );
    const said = [
      ...noise,
      'npm error code E404',
      'npm error 404 Not Found - GET http://127.0.0.1:4873/@create-something%2floom - not found',
      'npm error 404',
      'npm error A complete log of this run can be found in: /home/me/.npm/_logs/2026-debug-0.log',
    ];
    expect(causeOf(said.join('\n'))).toEqual([said[30], said[31], said[32]]);
  });

  it.each([
    [
      'pnpm',
      ' ERR_PNPM_FETCH_404  GET http://127.0.0.1/x: Not Found - 404',
      'This error happened while installing',
    ],
    ['Yarn', '➤ YN0035: │ x@npm:^1: Package not found', '➤ YN0000: └ Completed in 1s'],
    ['bun', 'error: x@^1 failed to resolve', 'Saved lockfile'],
  ])('by %s', (_name, cause, more) => {
    expect(causeOf(`Resolving\n${cause}\n${more}\n`)).toEqual([cause]);
  });

  it('is reported with its last lines if nothing else helps', () => {
    expect(causeOf('1\n2\n3\n4\n5\n6\n7\n')).toEqual(['2', '3', '4', '5', '6', '7']);
  });
});

describe('the command in messages', () => {
  const cache = '/home/me/.npm/_npx/0a1b';
  const asked = (...packages: string[]) => JSON.stringify({ _npx: { packages } });
  const called = (root: string, manifest?: string) => commandOf(root, () => manifest);

  it.each([
    [
      'from a registry',
      called(`${cache}/node_modules/create-something-observe`, asked('create-something-observe')),
      'npx create-something-observe',
    ],
    [
      'from the project',
      called('/work/node_modules/create-something-observe'),
      'npx create-something-observe',
    ],
    [
      'from a tarball',
      called(
        `${cache}/node_modules/create-something-observe`,
        asked('/my packs/create-something-observe-0.1.0.tgz'),
      ),
      "npx --yes --package='/my packs/create-something-observe-0.1.0.tgz' create-something-observe",
    ],
    ['from a clone', called('/src/observe'), 'node /src/observe/bin/create-something-observe.js'],
  ])('%s', (_name, command, expected) => {
    expect(command).toBe(expected);
  });

  it('is in every text with a command to run', async () => {
    const dir = repository({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }, toolNamed('add')) });
    const { stdout } = await observe(['doctor', '--offline'], dir);
    expect(stdout).toMatch(/Next: node .*create-something-observe\.js init/);
  });
});
