import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences, hashFiles } from '../harness/files.js';
import { root } from '../harness/root.js';
import { commitAll, git, observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { INIT } from './repository.js';

/** Projects as each older version set them up: `original` before it, `input` after it, `expected` after this one. */
const STORED = join(root, 'fixtures/upgrades');

/** Keys are each developer's own, and in nobody's commit. */
const files = (dir: string) => hashFiles(dir, { skip: ['.git', '.dev.vars'] });

describe.each(readdirSync(STORED))('a project that %s set up', (version) => {
  const stored = (part: string) => join(STORED, version, part);

  function checkedOut(): string {
    const dir = folderWith({});
    cpSync(stored('input'), dir, { recursive: true });
    git(dir, 'init', '--quiet');
    commitAll(dir);
    return dir;
  }

  it('gains what is new, and keeps the code that was generated', async () => {
    const dir = checkedOut();
    expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
    // What needs no upgrade is stored once.
    const expected = stored(existsSync(stored('expected')) ? 'expected' : 'input');
    expect(differences(await files(expected), await files(dir))).toEqual([]);
    expect(differences(await files(stored('input/src')), await files(join(dir, 'src')))).toEqual([]);
    expect(await observe(['check'], dir)).toMatchObject({ code: 0 });
  });

  it.each([
    ['as it is', false],
    ['after the upgrade', true],
  ])('is undone to the last byte, %s', async (_when, upgraded) => {
    const dir = checkedOut();
    if (upgraded) expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
    expect(await observe(['remove', '--yes', '--force'], dir)).toMatchObject({ code: 0 });
    expect(differences(await files(stored('original')), await files(dir))).toEqual([]);
  });
});
