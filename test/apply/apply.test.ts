import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { applyChanges } from '../../src/apply/apply.js';
import { ChangedMeanwhileError, NotWritableError } from '../../src/core/errors.js';
import type { Change } from '../../src/core/plan.js';
import { folderWith } from '../support/folder.js';

let dir: string;
beforeEach(() => {
  dir = folderWith({});
  writeFileSync(join(dir, 'a.txt'), 'one\r\ntwo\n');
});

const change = (path: string, before: string): Change => ({
  action: 'modify',
  path,
  before,
  edits: [{ start: 0, end: 0, text: '// ' }],
});

describe('apply', () => {
  it('writes all files, keeps modes, leaves no other files, and rolls back', () => {
    chmodSync(join(dir, 'a.txt'), 0o640);
    const applied = applyChanges(dir, dir, [
      change('a.txt', 'one\r\ntwo\n'),
      { action: 'create', path: 'new/deep/b.txt', text: 'b' },
    ]);
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('// one\r\ntwo\n');
    expect(statSync(join(dir, 'a.txt')).mode & 0o777).toBe(0o640);
    expect(readdirSync(dir).sort()).toEqual(['a.txt', 'new']);
    applied.rollback();
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('one\r\ntwo\n');
    expect(readdirSync(dir)).toEqual(['a.txt']);
  });

  it('writes nothing when one file of several can’t be', () => {
    writeFileSync(join(dir, 'z.txt'), 'z');
    chmodSync(join(dir, 'z.txt'), 0o444);
    expect(() => applyChanges(dir, dir, [change('a.txt', 'one\r\ntwo\n'), change('z.txt', 'z')])).toThrow(
      NotWritableError,
    );
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('one\r\ntwo\n');
  });

  it('refuses a file that changed or disappeared since the plan, and a new file that already exists', () => {
    expect(() => applyChanges(dir, dir, [change('a.txt', 'other')])).toThrow(ChangedMeanwhileError);
    expect(() => applyChanges(dir, dir, [change('gone.txt', '')])).toThrow(ChangedMeanwhileError);
    expect(() => applyChanges(dir, dir, [{ action: 'create', path: 'a.txt', text: '' }])).toThrow(
      ChangedMeanwhileError,
    );
  });

  it('refuses files that are not UTF-8, because reading them as text would change them', () => {
    writeFileSync(join(dir, 'latin.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
    const before = readFileSync(join(dir, 'latin.txt'), 'utf8');
    expect(() => applyChanges(dir, dir, [change('latin.txt', before)])).toThrow(ChangedMeanwhileError);
  });

  it('follows a link inside the project, and refuses a link to a place outside', () => {
    const outside = folderWith({});
    writeFileSync(join(outside, 'theirs.txt'), 'theirs');
    symlinkSync(join(outside, 'theirs.txt'), join(dir, 'out.txt'));
    symlinkSync('a.txt', join(dir, 'in.txt'));
    expect(() => applyChanges(dir, dir, [change('out.txt', 'theirs')])).toThrow(NotWritableError);
    expect(() => applyChanges(dir, dir, [{ action: 'create', path: '../up.txt', text: '' }])).toThrow(
      NotWritableError,
    );
    applyChanges(dir, dir, [change('in.txt', 'one\r\ntwo\n')]);
    expect(readFileSync(join(dir, 'a.txt'), 'utf8')).toBe('// one\r\ntwo\n');
    expect(readFileSync(join(outside, 'theirs.txt'), 'utf8')).toBe('theirs');
    rmSync(outside, { recursive: true });
  });

  it('removes a folder with its last file', () => {
    mkdirSync(join(dir, 'x/y'), { recursive: true });
    writeFileSync(join(dir, 'x/y/f'), 'f');
    applyChanges(dir, dir, [{ action: 'delete', path: 'x/y/f', before: 'f' }]);
    expect(existsSync(join(dir, 'x'))).toBe(false);
  });
});
