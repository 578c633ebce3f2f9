import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import { git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { CORPUS, type Files } from './corpus.js';
import { EXPECTED_CODES, runProjects } from './run-projects.js';

/** Projects that one process runs in turn. This is faster, and shows that one does not affect the next. */
const AT_ONCE = 8;

interface Placed {
  readonly name: string;
  readonly dir: string;
  /** A folder next to the project that must stay unchanged. */
  readonly outside: string;
}

function placed(name: string, files: Files): Placed {
  const top = folderWith({ 'outside/theirs.ts': 'theirs' });
  const dir = join(top, 'project');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  git(dir, 'init', '--quiet');
  return { name, dir, outside: join(top, 'outside') };
}

const both = async ({ dir, outside }: Placed) => [await hashFiles(dir), await hashFiles(outside)];

const NAMES = Object.keys(CORPUS);
const GROUPS = NAMES.flatMap((_, at) => (at % AT_ONCE === 0 ? [NAMES.slice(at, at + AT_ONCE)] : []));

/** Characters that must not reach a terminal, except a byte order mark. */
const isControl = (text: string) =>
  [...text].some((character) => {
    const code = character.charCodeAt(0);
    return (code < 32 && !'\t\n\u001e'.includes(character)) || (code >= 127 && code < 160);
  });

describe('hostile projects: no hang, no crash, nothing left behind', () => {
  it.each(GROUPS.map((names) => [names.join('; '), names] as const))(
    '%s',
    async (_title, names) => {
      const projects = names.map((name) => placed(name, (CORPUS[name] as () => Files)()));
      const before = await Promise.all(projects.map(both));
      const { codes, stdout, stderr, code } = await runProjects(projects.map(({ dir }) => dir));
      expect(stdout + stderr).not.toMatch(/a bug in create-something-observe|\n\s+at .*:\d+:\d+/);
      expect(isControl(stdout + stderr)).toBe(false);
      for (const { name, dir } of projects) {
        const ended = codes.get(dir);
        expect(ended, `${name}: ${code} ${stderr.slice(-2000)}`).toBeDefined();
        expect(EXPECTED_CODES, name).toContain(ended?.init);
        expect([EXIT.ok, EXIT.findings, EXIT.couldNotCheck], name).toContain(ended?.check);
        if (ended?.init === EXIT.ok) expect(ended.remove, name).toBe(EXIT.ok);
      }
      expect(await Promise.all(projects.map(both))).toEqual(before);
    },
    150_000,
  );

  it('a record can’t change git’s files', async () => {
    const steps = [{ at: 0, now: '[core]', was: '[core]\n\tfsmonitor = ./evil' }];
    const record = { version: 1, layers: [], runtime: 'registry', sampling: 1 };
    const files = { '.git/config': { hash: 'x', undo: steps } };
    const { 'observe.json': _, ...plain } = (CORPUS['an observe.json that is null'] as () => Files)();
    const { dir } = placed('record', { ...plain, 'observe.json': JSON.stringify({ ...record, files }) });
    const config = readFileSync(join(dir, '.git/config'), 'utf8');
    const { codes, stderr } = await runProjects([dir]);
    expect(codes.get(dir), stderr).toMatchObject({ init: EXIT.ok, remove: EXIT.notWritable });
    expect(stderr).toContain('.git/config leads out of the project');
    expect(readFileSync(join(dir, '.git/config'), 'utf8')).toBe(config);
  });
});
