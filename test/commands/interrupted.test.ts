import { execFileSync, spawn } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import { BIN, commitAll, git, observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { meddled } from '../support/meddling.js';
import { hasTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { INIT, installWrangler, jsonc, managerThat, repository, text, worker } from './repository.js';

const STOPPED = {
  code: EXIT.cancelled,
  stderr: expect.stringMatching(/Stopped.*\n.*Everything was restored/),
};

function project(more: Record<string, string> = {}): string {
  return repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    'package-lock.json': '{ "lockfileVersion": 3 }\n',
    '.gitignore': 'node_modules\n.dev.vars\n',
    ...more,
  });
}

function whereIs(program: string): string {
  return execFileSync('which', [program], { encoding: 'utf8' }).trim();
}

/** The changes of an install before it is stopped. */
const HALF_INSTALLED = `echo '{}' > package-lock.json; echo ' ' >> package.json; touch .pnp.cjs`;

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s between two files of a change rolls it back',
    async (signal) => {
      const dir = project();
      const before = await hashFiles(dir);
      expect(await observe(INIT, dir, meddled({ call: 'renameSync', at: 2, signal }))).toMatchObject(STOPPED);
      expect(await hashFiles(dir)).toEqual(before);
      expect(git(dir, 'status', '--porcelain', '--ignored')).toBe('');
    },
  );

  it('between two files of a removal leaves everything set up', async () => {
    const dir = project();
    await observe(INIT, dir);
    const before = await hashFiles(dir);
    const env = meddled({ call: 'renameSync', at: 1, signal: 'SIGINT' });
    expect(await observe(['remove', '--yes'], dir, env)).toMatchObject(STOPPED);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it.each([
    ['before anything is written', 1],
    ['while Wrangler reads the new config', 2],
  ])('%s leaves everything as it was', async (_when, reading) => {
    const dir = project();
    const count = join(folderWith({}), 'count');
    const code = `const fs = require('node:fs');
      fs.appendFileSync(${JSON.stringify(count)}, 'x');
      if (fs.readFileSync(${JSON.stringify(count)}, 'utf8').length === ${reading}) process.kill(process.ppid, 'SIGINT');
      exports.unstable_readConfig = () => ({ observability: { traces: { enabled: true } } });`;
    installWrangler(dir, { code });
    const before = await hashFiles(dir);
    expect(await observe(INIT, dir)).toMatchObject(STOPPED);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it.each([
    ['and the package manager ends', 'kill -INT $PPID; exec sleep 30', '.'],
    ['and the package manager finishes', "trap '' INT; kill -INT $PPID; sleep 1", '.'],
    ['and a child of the package manager still runs', "trap '' INT; sleep 8 & kill -INT $PPID; wait", '.'],
  ])('during the install restores package.json and lockfile, %s', async (_what, script) => {
    const dir = project();
    const before = await hashFiles(dir);
    const init = await observe(['init', '--yes'], dir, managerThat(`${HALF_INSTALLED}; ${script}`));
    expect(init.stderr).toMatch(/Stopped during the install[\s\S]*restored except node_modules: npm install/);
    expect(init.code).toBe(EXIT.cancelled);
    expect(await hashFiles(dir)).toEqual(before);
  });
});

describe('a failed install', () => {
  it('restores a binary lockfile', async () => {
    const dir = project();
    git(dir, 'rm', '--quiet', 'package-lock.json');
    writeFileSync(join(dir, 'bun.lockb'), Buffer.from([0x23, 0xff, 0x00, 0x0a]));
    commitAll(dir);
    const before = await hashFiles(dir);
    const init = await observe(
      ['init', '--yes'],
      dir,
      managerThat('printf "\\377\\001" > bun.lockb; exit 1'),
    );
    expect(init).toMatchObject({ code: EXIT.installFailed });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('reports a missing package manager', async () => {
    const dir = project();
    git(dir, 'mv', 'package-lock.json', 'pnpm-lock.yaml');
    commitAll(dir);
    const PATH = folderWith({});
    for (const name of ['node', 'git']) symlinkSync(whereIs(name), join(PATH, name));
    expect(await observe(['init', '--yes'], dir, { PATH })).toMatchObject({
      code: EXIT.installFailed,
      stderr: expect.stringMatching(/spawn pnpm ENOENT\s+Put pnpm on the PATH, or add --no-install/),
    });
    expect(git(dir, 'status', '--porcelain')).toBe('');
  });

  it('reports a file that it did not restore, because another program changed it', async () => {
    const dir = project();
    const init = await observe(['init', '--yes'], dir, managerThat('echo "// mine" >> src/index.ts; exit 1'));
    expect(init).toMatchObject({
      code: EXIT.installFailed,
      stderr: expect.stringContaining('Not restored: src/index.ts, which changed meanwhile'),
    });
    expect(text(dir, 'src/index.ts')).toMatch(/createTrace[\s\S]*\/\/ mine\n$/);
    expect(git(dir, 'status', '--porcelain')).toBe(' M src/index.ts\n');
  });
});

it('remove works after an install with a binary lockfile', async () => {
  const dir = project();
  git(dir, 'rm', '--quiet', 'package-lock.json');
  writeFileSync(join(dir, 'bun.lockb'), Buffer.from([0x23, 0xff, 0x00, 0x0a]));
  commitAll(dir);
  const before = text(dir, 'package.json');
  const bun = managerThat('printf "\\377\\001" > bun.lockb');
  expect(await observe(['init', '--yes'], dir, bun)).toMatchObject({ code: 0 });
  const removed = await observe(['remove', '--yes'], dir);
  expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('bun install') });
  expect(text(dir, 'package.json')).toBe(before);
});

describe('a failing disk', () => {
  it.each([
    ['ENOSPC', 'writeFileSync', /the disk is full/],
    ['EROFS', 'writeFileSync', /mounted read-only/],
    ['EACCES', 'renameSync', /permission denied/],
  ])('with %s has a clear message, and nothing is changed', async (code, call, words) => {
    const dir = project();
    const before = await hashFiles(dir);
    const init = await observe(INIT, dir, meddled({ call, at: 2, code }));
    expect(init).toMatchObject({ code: EXIT.notWritable, stderr: expect.stringMatching(words) });
    expect(await hashFiles(dir)).toEqual(before);
  });
});

describe.runIf(hasTerminal)('Ctrl-C on a terminal', () => {
  it('during the install leaves everything as it was', async () => {
    const dir = project();
    const before = await hashFiles(dir);
    const { PATH } = managerThat(`${HALF_INSTALLED}; echo ready; sleep 60`);
    const session = await onTerminal(`PATH="${PATH}" "${process.execPath}" "${BIN}" init`, dir, [
      [/Which layers/, '\r'],
      [/Where should local runs/, '\r'],
      [/Write files for coding agents/, '\r'],
      [/Which of these are wrong/, '\r'],
      [/Write these \d+ files/, '\r'],
      [/Running npm install/, '\x03'],
    ]);
    expect(session.code).toBe(EXIT.cancelled);
    expect(session.screen).toContain('Everything was restored');
    expect(await hashFiles(dir)).toEqual(before);
  });
});

it('a change is completed if the reader of the output ends', async () => {
  const dir = project();
  const child = spawn(process.execPath, [BIN, ...INIT], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
});
