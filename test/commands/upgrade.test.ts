import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/core/record.js';
import { differences, hashFiles } from '../harness/files.js';
import { root } from '../harness/root.js';
import { commitAll, git, observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { INIT } from './repository.js';

/** Projects as each older version set them up: `original` before it, `input` after it, `expected` after this one. */
const STORED = join(root, 'fixtures/upgrades');

/** Each developer has other keys, and they are in no commit. */
const files = (dir: string) => hashFiles(dir, { skip: ['.git', '.dev.vars'] });

/** The same without files that grow with each version of Loom: its migrations, and the list of them. */
const lasting = (dir: string) =>
  hashFiles(dir, { skip: ['.git', '.dev.vars', 'migrations', 'observe.json'] });

const recordIn = (dir: string) => readRecord(readFileSync(join(dir, 'observe.json'), 'utf8'));

describe.each(readdirSync(STORED))('a project that %s set up', (version) => {
  const stored = (part: string) => join(STORED, version, part);

  function checkedOut(): string {
    const dir = folderWith({});
    cpSync(stored('input'), dir, { recursive: true });
    git(dir, 'init', '--quiet');
    commitAll(dir);
    return dir;
  }

  it('gets the new parts, and keeps the generated code', async () => {
    const dir = checkedOut();
    expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
    // Files without a change are stored once.
    const expected = stored(existsSync(stored('expected')) ? 'expected' : 'input');
    // The upgrade adds the command line of the current version, and SQLite if Node has none.
    const manifest = join(dir, 'package.json');
    const made = readFileSync(manifest, 'utf8');
    writeFileSync(
      manifest,
      made
        .replace(/("create-something-observe": "\^)[^"]+/, (_, name) => `${name}0.1.0`)
        .replace(/\n.*"@photostructure\/sqlite".*/, ''),
    );
    expect(differences(await lasting(expected), await lasting(dir))).toEqual([]);
    writeFileSync(manifest, made);
    const migrations = join(dir, '.loom/migrations');
    expect(await hashFiles(migrations)).toEqual(await hashFiles(join(root, 'packages/loom/migrations')));
    const [{ files: before, ...settings }, { files: after, ...kept }] = [
      recordIn(stored('input')),
      recordIn(dir),
    ];
    expect(kept).toEqual(settings);
    expect(Object.keys(after)).toEqual(expect.arrayContaining(Object.keys(before)));
    expect(readFileSync(join(dir, 'observe.json'), 'utf8')).toContain('"version": 2');
    for (const path of readdirSync(stored('input/src'))) {
      const after = readFileSync(join(dir, 'src', path), 'utf8').split('\n');
      const before = readFileSync(join(stored('input/src'), path), 'utf8').split('\n');
      // The server is observed now, which needs another import.
      const lost = before.filter(
        (line) => !after.includes(line) && !/new McpServer|^import \{ createTrace/.test(line),
      );
      expect(lost, path).toEqual([]);
    }
    // The commit includes the new files, because a clone needs them.
    commitAll(dir);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  });

  it.each([
    ['as it is', false],
    ['after the upgrade', true],
  ])('is undone byte for byte, %s', async (_when, upgraded) => {
    const dir = checkedOut();
    if (upgraded) expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes', '--force'], dir)).toMatchObject({ code: 0 });
    expect(differences(await files(stored('original')), await files(dir))).toEqual([]);
  });
});
