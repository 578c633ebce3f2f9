import fs, {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { applyChanges, keepFiles } from '../../src/apply/apply.js';
import { NotWritableError } from '../../src/core/errors.js';
import type { Change } from '../../src/core/plan.js';
import { hashFiles } from '../harness/files.js';
import { folderWith } from '../support/folder.js';

let dir: string;
beforeEach(() => {
  dir = folderWith({});
  mkdirSync(join(dir, 'src'));
  mkdirSync(join(dir, 'empty'));
  writeFileSync(join(dir, 'src/a.ts'), 'a');
  writeFileSync(join(dir, 'b.ts'), 'b', { mode: 0o600 });
  writeFileSync(join(dir, 'src/old.ts'), 'old');
});

const edit = (path: string, before: string): Change => ({
  action: 'modify',
  path,
  before,
  edits: [{ start: 0, end: 0, text: '// ' }],
});

const CHANGES: readonly Change[] = [
  edit('src/a.ts', 'a'),
  edit('b.ts', 'b'),
  { action: 'create', path: 'empty/new/deep.ts', text: 'new' },
  { action: 'delete', path: 'src/old.ts', before: 'old' },
  { action: 'create', path: 'c.ts', text: 'c' },
];

const CALLS = [
  'writeFileSync',
  'renameSync',
  'mkdirSync',
  'rmSync',
  'chmodSync',
  'accessSync',
  'realpathSync',
] as const;
type Call = (typeof CALLS)[number];

/** Runs `work`. Calls of one function fail if `fails` returns true for their number, which starts at 1. */
function failing(call: Call, code: string, fails: (count: number) => boolean, work: () => void): number {
  const real = fs[call];
  let count = 0;
  const broken = (...words: unknown[]) => {
    count += 1;
    if (fails(count)) throw Object.assign(new Error(`${code}: injected`), { code });
    return (real as (...all: unknown[]) => unknown)(...words);
  };
  Object.assign(fs, { [call]: broken });
  syncBuiltinESMExports();
  try {
    work();
  } finally {
    Object.assign(fs, { [call]: real });
    syncBuiltinESMExports();
  }
  return count;
}

describe('a failure at any step', () => {
  it.each(
    CALLS.flatMap((call) =>
      ['ENOSPC', 'EACCES', 'EROFS', 'EXDEV', 'EIO'].map((code) => [call, code] as const),
    ),
  )('of %s with %s changes nothing and has a clear message', async (call, code) => {
    const before = await hashFiles(dir);
    const calls = failing(
      call,
      code,
      () => false,
      () => applyChanges(dir, dir, CHANGES).rollback(),
    );
    expect(await hashFiles(dir)).toEqual(before);
    let refused = 0;
    for (let at = 1; at <= calls; at += 1) {
      let applied = false;
      try {
        failing(
          call,
          code,
          (count) => count === at,
          () => {
            applyChanges(dir, dir, CHANGES);
            applied = true;
          },
        );
      } catch (error) {
        refused += 1;
        expect(error, `${call} ${at}`).toBeInstanceOf(NotWritableError);
        expect((error as NotWritableError).fix).toContain('Nothing was changed');
      }
      if (applied) break;
      expect(await hashFiles(dir), `${call} ${at}`).toEqual(before);
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('changes nothing when the disk becomes full', async () => {
    const before = await hashFiles(dir);
    for (let at = 1; at <= 4; at += 1) {
      const apply = () => applyChanges(dir, dir, CHANGES);
      expect(() => failing('writeFileSync', 'ENOSPC', (count) => count >= at, apply)).toThrow(
        /the disk is full/,
      );
      expect(await hashFiles(dir)).toEqual(before);
    }
  });

  it('names the files it could not restore, and restores all others', () => {
    const applied = applyChanges(dir, dir, CHANGES);
    // Rollback runs in the opposite order: it deletes c.ts, restores old.ts, deletes new, and rewrites b.ts and a.ts.
    const rollback = () =>
      failing(
        'writeFileSync',
        'ENOSPC',
        (count) => count === 2,
        () => applied.rollback(),
      );
    expect(rollback).toThrow(/could not be restored: b\.ts/);
    expect(readFileSync(join(dir, 'src/a.ts'), 'utf8')).toBe('a');
    expect(readFileSync(join(dir, 'src/old.ts'), 'utf8')).toBe('old');
    expect(readFileSync(join(dir, 'b.ts'), 'utf8')).toBe('// b');
  });
});

describe('rollback', () => {
  it('keeps folders that were empty before the run', async () => {
    const before = await hashFiles(dir);
    applyChanges(dir, dir, CHANGES).rollback();
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('keeps and reports a file that another program changed meanwhile', () => {
    const applied = applyChanges(dir, dir, CHANGES);
    writeFileSync(join(dir, 'b.ts'), 'mine');
    expect(applied.rollback()).toEqual(['b.ts']);
    expect(readFileSync(join(dir, 'b.ts'), 'utf8')).toBe('mine');
    expect(readFileSync(join(dir, 'src/a.ts'), 'utf8')).toBe('a');
  });

  it('restores files byte for byte that another program changed, created or deleted', async () => {
    const lock = Buffer.from([0, 255, 10, 13]);
    writeFileSync(join(dir, 'bun.lockb'), lock);
    const before = await hashFiles(dir);
    const back = keepFiles(dir, ['bun.lockb', 'b.ts', '.pnp.cjs']);
    writeFileSync(join(dir, 'bun.lockb'), 'other');
    rmSync(join(dir, 'b.ts'));
    writeFileSync(join(dir, '.pnp.cjs'), 'made');
    back();
    expect(await hashFiles(dir)).toEqual(before);
  });
});

describe('attributes of a file', () => {
  it('keeps the mode, and never lets more people read the file', () => {
    const seen: number[] = [];
    const real = fs.renameSync;
    Object.assign(fs, {
      renameSync: (from: string, to: string) => {
        seen.push(statSync(from).mode & 0o777);
        real(from, to);
      },
    });
    syncBuiltinESMExports();
    try {
      applyChanges(dir, dir, [edit('b.ts', 'b')]);
    } finally {
      Object.assign(fs, { renameSync: real });
      syncBuiltinESMExports();
    }
    expect(seen).toEqual([0o600]);
    expect(statSync(join(dir, 'b.ts')).mode & 0o777).toBe(0o600);
  });

  it.runIf(process.getuid?.() === 0)('keeps the owner, and gives a new file the owner of its folder', () => {
    chownSync(dir, 1234, 1234);
    chownSync(join(dir, 'b.ts'), 4321, 4321);
    applyChanges(dir, dir, [edit('b.ts', 'b'), { action: 'create', path: 'made/c.ts', text: '' }]);
    const owner = (path: string) => statSync(join(dir, path)).uid;
    expect([owner('b.ts'), owner('made'), owner('made/c.ts')]).toEqual([4321, 1234, 1234]);
  });

  it('refuses a file if it could not keep the owner', async () => {
    const real = fs.statSync;
    const before = await hashFiles(dir);
    const foreign = ((path: string, options?: object) => {
      const stats = real(path, options as never);
      return path.endsWith('b.ts') && stats ? Object.assign(stats, { uid: 4321 }) : stats;
    }) as typeof fs.statSync;
    const denied = () => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    };
    const chown = fs.chownSync;
    Object.assign(fs, { statSync: foreign, chownSync: denied });
    syncBuiltinESMExports();
    try {
      expect(() => applyChanges(dir, dir, [edit('b.ts', 'b')])).toThrow(/belongs to another user/);
    } finally {
      Object.assign(fs, { statSync: real, chownSync: chown });
      syncBuiltinESMExports();
    }
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('never changes another file through a hard link', () => {
    const outside = folderWith({});
    linkSync(join(dir, 'b.ts'), join(outside, 'b.ts'));
    applyChanges(dir, dir, [edit('b.ts', 'b')]);
    expect(readFileSync(join(outside, 'b.ts'), 'utf8')).toBe('b');
    rmSync(outside, { recursive: true });
  });
});

describe('deceptive paths', () => {
  it('refuses a folder that is a link, even if the link leads nowhere', async () => {
    const outside = folderWith({});
    writeFileSync(join(outside, 'theirs.ts'), 'theirs');
    symlinkSync(outside, join(dir, 'linked'));
    symlinkSync(join(outside, 'gone'), join(dir, 'dangling'));
    const before = await hashFiles(outside);
    for (const change of [
      edit('linked/theirs.ts', 'theirs'),
      { action: 'create', path: 'linked/new.ts', text: '' },
      { action: 'create', path: 'linked/deep/new.ts', text: '' },
      { action: 'create', path: 'dangling/new.ts', text: '' },
      { action: 'delete', path: 'linked/theirs.ts', before: 'theirs' },
    ] as Change[]) {
      expect(() => applyChanges(dir, dir, [change])).toThrow(NotWritableError);
    }
    expect(await hashFiles(outside)).toEqual(before);
    rmSync(outside, { recursive: true });
  });

  it('names a file where a folder is needed', async () => {
    writeFileSync(join(dir, 'vendor'), '');
    const before = await hashFiles(dir);
    const apply = () =>
      applyChanges(dir, dir, [edit('b.ts', 'b'), { action: 'create', path: 'vendor/x/y.js', text: '' }]);
    expect(apply).toThrow(/vendor\/x\/y\.js could not be written: a file is where a folder is needed/);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('names a path that should be a file and is not', async () => {
    mkdirSync(join(dir, 'folder'));
    symlinkSync('nowhere', join(dir, 'dangling'));
    for (const path of ['folder', 'dangling']) {
      const apply = () => applyChanges(dir, dir, [{ action: 'create', path, text: '' }]);
      expect(apply).toThrow(NotWritableError);
      expect(apply).toThrow(`${path} is not a regular file`);
    }
  });

  it('does not let two names of one file change it in two ways', async () => {
    symlinkSync('b.ts', join(dir, 'alias.ts'));
    const before = await hashFiles(dir);
    const other: Change = {
      action: 'modify',
      path: 'alias.ts',
      before: 'b',
      edits: [{ start: 1, end: 1, text: '!' }],
    };
    expect(() => applyChanges(dir, dir, [edit('b.ts', 'b'), other])).toThrow(/b\.ts are the same file/);
    expect(await hashFiles(dir)).toEqual(before);
    applyChanges(dir, dir, [edit('b.ts', 'b'), edit('alias.ts', 'b')]);
    expect(readFileSync(join(dir, 'b.ts'), 'utf8')).toBe('// b');
  });

  it('refuses to create a file in a read-only folder', async () => {
    chmodSync(join(dir, 'src'), 0o555);
    expect(() => applyChanges(dir, dir, [{ action: 'create', path: 'src/new.ts', text: '' }])).toThrow(
      /read-only/,
    );
    chmodSync(join(dir, 'src'), 0o755);
  });
});
