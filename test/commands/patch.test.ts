import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../../src/commands/patch.js';
import { type Change, rewrite } from '../../src/core/plan.js';
import { hashFiles } from '../harness/files.js';
import { git, observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { jsonc, repository, text, worker } from './repository.js';

const NAMES = [
  'plain.ts',
  'with space.ts',
  ' leading and trailing .ts',
  'tab\there.ts',
  'new\nline.ts',
  'quote".ts',
  "apostrophe'.ts",
  'back\\slash.ts',
  'ünïcödé/文件.ts',
  'emoji 🧪.ts',
  '-dash.ts',
  'a b/c d/e.ts',
  '$(touch owned).ts',
  'b/a/b.ts',
];
const LINE = fc.constantFrom(
  '',
  'a',
  'b',
  '\t',
  ' c',
  '-x',
  '+y',
  '@@ -1 +1 @@',
  '\\ No newline',
  '\uFEFF',
  'ü\u2028',
  'diff --git a/x b/x',
  'd\re',
);
const TEXT = fc
  .array(fc.tuple(LINE, fc.constantFrom('\n', '\r\n')), { minLength: 1, maxLength: 12 })
  .chain((lines) =>
    fc
      .boolean()
      .map((ends) =>
        lines.map(([line, end], at) => (at === lines.length - 1 && !ends ? `${line}.` : line + end)).join(''),
      ),
  );

type Case = {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

/** Applies the patch with git, and compares the result. */
function applied(cases: readonly Case[], folder = ''): void {
  const dir = folderWith({});
  git(dir, 'init', '--quiet');
  git(dir, 'config', 'core.autocrlf', 'false');
  const changes = cases.flatMap(({ name, before, after }): Change[] =>
    after === undefined
      ? [{ action: 'delete', path: name, before: before ?? '' }]
      : rewrite(name, before, after),
  );
  for (const { name, before } of cases) {
    const path = join(dir, folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (before !== undefined) writeFileSync(path, before);
  }
  const patch = patchOf(changes, folder);
  if (patch === '') return;
  execFileSync('git', ['apply', '--whitespace=nowarn'], { cwd: join(dir, folder), input: patch });
  for (const { name, after } of cases) {
    const path = join(dir, folder, name);
    const found = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    expect({ name, found }).toEqual({ name, found: after });
  }
}

describe('the patch', () => {
  it('can be applied by git, for any texts and names', () => {
    const one = fc.record({
      before: fc.option(TEXT, { nil: undefined }),
      after: fc.option(TEXT, { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.tuple(...NAMES.map(() => one)),
        fc.constantFrom('', 'apps/my worker'),
        (texts, folder) => {
          const cases = NAMES.map((name, at) => ({
            name,
            ...(texts[at] as { before?: string; after?: string }),
          }));
          applied(
            cases.filter(({ before, after }) => before !== undefined || after !== undefined) as Case[],
            folder,
          );
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);

  it('creates and deletes empty files', () => {
    applied([
      { name: 'made', before: undefined, after: '' },
      { name: 'gone', before: '', after: undefined },
    ]);
  });

  it('of --dry-run, applied in its folder, has the result of init', async () => {
    const files = worker('apps/my worker', { 'wrangler.jsonc': jsonc('calc').replaceAll('\n', '\r\n') });
    const [byGit, byInit] = [1, 2].map(() =>
      repository({ ...files, '.gitignore': '.dev.vars\n', 'package.json': '{}\n' }),
    ) as [string, string];
    const [here, there] = [join(byGit, 'apps/my worker'), join(byInit, 'apps/my worker')];
    const { stdout } = await observe(['init', '--dry-run'], here);
    execFileSync('git', ['apply', '--whitespace=nowarn'], { cwd: here, input: stdout });
    expect(await observe(['init', '--yes', '--no-install'], there)).toMatchObject({ code: 0 });
    expect(await hashFiles(byInit)).toEqual(await hashFiles(byGit));
    expect(text(there, 'wrangler.jsonc')).toContain('"observability": {\r\n');
  });
});
