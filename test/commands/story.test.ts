import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashFiles } from '../harness/files.js';
import type { FixtureCopy } from '../harness/fixture.js';
import { commitAll, committedWorker, git, observe } from '../support/cli.js';

let worker: FixtureCopy;
beforeEach(async () => {
  worker = await committedWorker();
});
afterEach(() => worker.remove());

const INIT = ['init', '--yes', '--no-install'];

describe('init, check, remove', () => {
  it('sets up, finds nothing, and is undone byte for byte', async () => {
    const before = await hashFiles(worker.dir);
    const checked = await observe(['check'], worker.dir);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain('langfuse/tool-untraced');
    expect(checked.stdout).toContain('wrangler/traces-missing');

    const init = await observe(INIT, worker.dir);
    expect(init.code).toBe(0);
    expect(init.stdout).toContain('Runtime: from the npm registry');
    expect(await observe(['check'], worker.dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes'], worker.dir)).toMatchObject({ code: 0 });
    expect(await hashFiles(worker.dir)).toEqual(before);
    expect(git(worker.dir, 'status', '--porcelain')).toBe('');
  });

  it('does nothing in a second run', async () => {
    await observe(INIT, worker.dir);
    const after = await hashFiles(worker.dir);
    const again = await observe(INIT, worker.dir);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('Nothing to do');
    expect(await hashFiles(worker.dir)).toEqual(after);
  });

  it('finds a tool that was added later, and traces only that one', async () => {
    await observe(INIT, worker.dir);
    commitAll(worker.dir);
    const file = join(worker.dir, 'src/tools/sharing.ts');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(
        '\tserver.tool("share_note"',
        '\tserver.tool("forget", async () => ({ content: [] }));\n\tserver.tool("share_note"',
      ),
    );
    const checked = await observe(['check', '--json'], worker.dir);
    expect(checked.code).toBe(1);
    const { findings } = JSON.parse(checked.stdout);
    expect(findings).toMatchObject([
      { rule: 'langfuse/tool-untraced', file: 'src/tools/sharing.ts', line: 9 },
    ]);

    expect(await observe([...INIT, '--force'], worker.dir)).toMatchObject({ code: 0 });
    expect(await observe(['check'], worker.dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes'], worker.dir)).toMatchObject({ code: 0 });
    expect(
      git(worker.dir, 'diff', '--stat', 'HEAD~1', '--', 'src/index.ts', 'wrangler.jsonc', 'package.json'),
    ).toBe('');
    expect(readFileSync(file, 'utf8')).toContain('server.tool("forget", async () => ({ content: [] }));');
  });

  it('undoes its own part in files that a person edited later', async () => {
    await observe(INIT, worker.dir);
    const config = join(worker.dir, 'wrangler.jsonc');
    const manifest = join(worker.dir, 'package.json');
    writeFileSync(config, readFileSync(config, 'utf8').replace('"name"', '"keep_vars": true,\n\t"name"'));
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace('"dev":', '"start": "wrangler dev",\n\t\t"dev":'),
    );
    writeFileSync(join(worker.dir, '.loom/sync.mjs'), '// mine\n');
    const removed = await observe(['remove', '--yes'], worker.dir);
    expect(removed.code).toBe(0);
    expect(removed.stdout).toContain('.loom/sync.mjs was changed since');
    const diff = git(worker.dir, 'diff', '--unified=0');
    expect(diff.split('\n').filter((line) => /^[+-][^+-]/.test(line))).toEqual([
      '+\t\t"start": "wrangler dev",',
      '+\t"keep_vars": true,',
    ]);
    expect(existsSync(join(worker.dir, 'observe.json'))).toBe(false);
  });

  it('prints a patch with the same result in git, and writes nothing', async () => {
    const dry = await observe(['init', '--dry-run'], worker.dir);
    expect(git(worker.dir, 'status', '--porcelain')).toBe('');
    writeFileSync(join(worker.dir, '../init.patch'), dry.stdout);
    git(worker.dir, 'apply', '../init.patch');
    const patched = await hashFiles(worker.dir);
    git(worker.dir, 'checkout', '--quiet', '.');
    git(worker.dir, 'clean', '--quiet', '-fd');
    await observe(INIT, worker.dir);
    expect(patched).toEqual(await hashFiles(worker.dir));
  });

  it('sets up one layer on request', async () => {
    await observe([...INIT, '--layers', 'cloudflare'], worker.dir);
    expect(git(worker.dir, 'status', '--porcelain').trim().split('\n')).toEqual([
      'M wrangler.jsonc',
      '?? observe.json',
    ]);
    expect(await observe(['check'], worker.dir)).toMatchObject({ code: 0 });
  });
});
