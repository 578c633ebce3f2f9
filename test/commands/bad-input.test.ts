import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import type { FixtureCopy } from '../harness/fixture.js';
import { commitAll, committedWorker, observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';

let worker: FixtureCopy;
beforeEach(async () => {
  worker = await committedWorker();
});
afterEach(() => worker.remove());

/** Runs init and check on a project with an error. Both must leave every byte unchanged. */
async function refused(words: readonly RegExp[], code: number, args: readonly string[] = []) {
  const before = await hashFiles(worker.dir);
  const init = await observe(['init', '--yes', '--no-install', ...args], worker.dir);
  for (const word of words) expect(init.stderr).toMatch(word);
  expect(init.code).toBe(code);
  expect(await hashFiles(worker.dir)).toEqual(before);
  return init;
}

describe('bad input', () => {
  it('no wrangler config', async () => {
    rmSync(join(worker.dir, 'wrangler.jsonc'));
    await refused([/no wrangler\.jsonc/, /--layers langfuse,loom/], EXIT.noConfig);
    expect((await observe(['check'], worker.dir)).code).toBe(EXIT.couldNotCheck);
  });

  it('broken JSONC, with its line and none of its values', async () => {
    writeFileSync(
      join(worker.dir, 'wrangler.jsonc'),
      '{\n  "name": "x",\n  "vars": { "TOKEN": "hunter2" \n  "main": 1\n',
    );
    const init = await refused([/wrangler\.jsonc:[34]/], EXIT.configSyntax, ['--force']);
    expect(init.stderr + init.stdout).not.toContain('hunter2');
    expect((await observe(['check'], worker.dir)).code).toBe(EXIT.couldNotCheck);
  });

  it('a syntax error in a tool file', async () => {
    const file = join(worker.dir, 'src/tools/sharing.ts');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nserver.tool('x', {`);
    await refused([/src\/tools\/sharing\.ts:\d+/, /Fix the syntax/], EXIT.sourceSyntax, ['--force']);
  });

  it('uncommitted changes', async () => {
    writeFileSync(join(worker.dir, 'src/new.ts'), 'export {};\n');
    await refused([/uncommitted changes: src\/new\.ts/, /--force/], EXIT.dirtyTree);
    expect(await observe(['init', '--yes', '--no-install', '--force'], worker.dir)).toMatchObject({
      code: 0,
    });
  });

  it('a read-only file', async () => {
    chmodSync(join(worker.dir, 'src/index.ts'), 0o444);
    commitAllIfChanged();
    await refused([/src\/index\.ts .*read-only/, /chmod u\+w/], EXIT.notWritable, ['--force']);
  });

  it.each(['package.json', '.gitignore', '.dev.vars.example', 'observe.json'])(
    'a folder named %s, and a link of that name to a missing or an endless file',
    async (name) => {
      const path = join(worker.dir, name);
      const words = [new RegExp(`^✖ ${name} is not a regular file`), /Move or fix it/];
      rmSync(path, { force: true });
      mkdirSync(path);
      await refused(words, EXIT.notWritable, ['--force']);
      for (const target of ['nowhere', '/dev/zero']) {
        rmSync(path, { recursive: true });
        symlinkSync(target, path);
        await refused(words, EXIT.notWritable, ['--force']);
      }
    },
  );

  it('ignores folders with names of files, and folders without permission to read', async () => {
    rmSync(join(worker.dir, 'tsconfig.json'));
    for (const name of ['tsconfig.json', 'yarn.lock', '.wrangler/deploy/config.json', 'closed'])
      mkdirSync(join(worker.dir, name), { recursive: true });
    chmodSync(join(worker.dir, 'closed'), 0);
    const init = await observe(['init', '--yes', '--no-install', '--force'], worker.dir);
    expect(init).toMatchObject({ code: 0, stderr: '' });
    chmodSync(join(worker.dir, 'closed'), 0o755);
  });

  it('an unknown flag, layer, folder and rate', async () => {
    await refused([/Unknown argument: bogus/, /--help/], EXIT.usage, ['--bogus']);
    await refused([/no layer "clouds"/, /cloudflare, langfuse, loom/], EXIT.usage, ['--layers', 'clouds']);
    await refused([/0.*1/], EXIT.usage, ['--sampling', '2']);
    expect((await observe(['nowhere'], worker.dir)).code).toBe(EXIT.usage);
    expect((await observe(['check', '--bogus'], worker.dir)).code).toBe(EXIT.couldNotCheck);
  });

  it('a folder without the tarballs', async () => {
    const empty = folderWith({});
    await refused([/no create-something-observability-\*\.tgz/, /npm pack/], EXIT.usage, [
      '--packages',
      empty,
    ]);
  });

  it('names with a NUL in a config and a record', async () => {
    const config = join(worker.dir, 'wrangler.jsonc');
    writeFileSync(config, readFileSync(config, 'utf8').replace('src/index.ts', 'src/\\u0000.ts'));
    const files = { 'a\0b': { hash: 'x', created: true } };
    const record = { version: 1, layers: ['langfuse'], runtime: 'registry', sampling: 1, files };
    writeFileSync(join(worker.dir, 'observe.json'), JSON.stringify(record));
    for (const words of [['check'], ['doctor', '--offline'], ['remove', '--yes']]) {
      const { code, stderr } = await observe(words, worker.dir);
      expect(stderr).not.toContain('a bug in create-something-observe');
      expect([EXIT.ok, EXIT.findings]).toContain(code);
    }
  });

  it('a record from another version', async () => {
    writeFileSync(join(worker.dir, 'observe.json'), '{ "version": 99 }');
    await refused([/observe\.json:1/, /newest version/], EXIT.configSyntax, ['--force']);
  });

  it('has a different exit code for each cause', () => {
    const codes = Object.values(EXIT);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

function commitAllIfChanged() {
  try {
    commitAll(worker.dir);
  } catch {
    // Git does not record every mode.
  }
}
