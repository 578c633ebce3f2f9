import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { faultOf } from '../../src/commands/report-error.js';
import { ERROR_CODES, type ErrorCode, EXIT, EXIT_MEANINGS } from '../../src/core/error-codes.js';
import { observeHere } from '../checks/in-process.js';
import { root } from '../harness/root.js';
import { folderWith } from '../support/folder.js';
import { INIT, jsonc, repository, toolNamed, worker } from './repository.js';

const schema = (name: string) => JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8'));
const isError = new Ajv2020({ strictRequired: false })
  .addSchema(schema('plan'), 'https://unpkg.com/create-something-observe/schemas/plan.schema.json')
  .compile(schema('error'));

const project = (more: Record<string, string> = {}) =>
  repository({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }), ...more });
const edited = () => {
  const dir = project();
  writeFileSync(join(dir, 'src/index.ts'), toolNamed('later'));
  return dir;
};
const readOnly = () => {
  const dir = project();
  chmodSync(join(dir, 'wrangler.jsonc'), 0o444);
  return dir;
};
const NO_TOOLS =
  "import { createMcpHandler } from 'agents/mcp';\nimport { notes } from 'notes-mcp';\nexport default { fetch: createMcpHandler(notes) };\n";

/** A folder in which `init --yes` ends so. */
interface Case {
  readonly code: ErrorCode;
  readonly make: () => string;
  readonly words?: readonly string[];
}

const CASES: readonly Case[] = [
  { code: 'no-config', make: () => folderWith({ 'package.json': '{}' }) },
  { code: 'config-syntax', make: () => project({ 'wrangler.jsonc': '{ "name": ' }) },
  { code: 'config-syntax', make: () => project({ 'observe.json': '{' }) },
  { code: 'dirty-tree', make: edited },
  { code: 'not-writable', make: readOnly },
  { code: 'no-tools', make: () => project({ 'src/index.ts': NO_TOOLS }) },
  { code: 'usage', make: project, words: ['--bogus'] },
  { code: 'usage', make: project, words: ['--layers', 'none'] },
  { code: 'usage', make: project, words: ['--plan', 'nowhere.json'] },
];

it.each(CASES)('$code is in the JSON, with a fix', async ({ code, make, words = [] }) => {
  const {
    stdout,
    stderr,
    code: exit,
  } = await observeHere('init', make(), ...INIT.slice(1), '--json', ...words);
  const answer = JSON.parse(stdout);
  if (answer.workers === undefined) {
    expect(isError(answer), JSON.stringify(isError.errors)).toBe(true);
  }
  expect(answer.error).toMatchObject({ code, retryable: ERROR_CODES[code].retryable });
  expect(answer.error.fix).not.toBe('');
  expect(stderr).toContain(answer.error.message);
  expect(exit).toBe(EXIT[ERROR_CODES[code].exit]);
});

it('check, remove and doctor print theirs the same way, only with --json', async () => {
  const dir = folderWith({ 'package.json': '{}' });
  for (const [command, ...words] of [['check'], ['check', '--format'], ['remove'], ['doctor']]) {
    const json = words.length === 0 ? ['--json'] : [...words, 'json'];
    const { stdout } = await observeHere(command as string, dir, ...json);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'no-config' } });
  }
  expect((await observeHere('check', dir)).stdout).toBe('');
  expect((await observeHere('check', dir, '--format', 'sarif')).stdout).toBe('');
});

it('an error of no class has a code too', () => {
  const system = Object.assign(new Error('x'), { code: 'EACCES', syscall: 'open', path: 'a.json' });
  expect(faultOf(system)).toMatchObject({ code: 'not-readable', message: expect.stringContaining('a.json') });
  expect(faultOf(new RangeError('Maximum call stack size exceeded')).code).toBe('too-deep');
  expect(faultOf(new Error('x'))).toMatchObject({ code: 'bug', retryable: false });
  expect(faultOf('x').code).toBe('bug');
});

it('the guide and the schema list every code, and every exit code has a description', () => {
  const page = readFileSync(join(root, 'docs/guides/exit-codes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\d+)[^|]* \| (yes|no) \|/gm)];
  const listed = rows.map(([, code, exit, retry]) => [code, Number(exit), retry === 'yes']);
  const known = Object.entries(ERROR_CODES).map(([code, { exit, retryable }]) => [
    code,
    EXIT[exit],
    retryable,
  ]);
  expect(listed).toEqual(known);
  expect(schema('plan').$defs.error.properties.code.enum).toEqual(Object.keys(ERROR_CODES));
  expect(Object.keys(EXIT_MEANINGS)).toEqual(Object.keys(EXIT));
});
