import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { differences, hashFiles } from '../harness/files.js';
import { BIN, git, observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { hasTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { INIT, installWrangler, jsonc, repository, text, worker } from './repository.js';

const COMMAND = `"${process.execPath}" "${BIN}" init --no-install`;
const ENTER = '\r';
const DOWN = '\x1b[B';
const UP = '\x1b[A';
const TWO_TOOLS = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'calc', version: '1.0.0' });
server.tool('add', 'Add', async () => ({ content: [] }));
server.tool('erase', 'Erase', async () => ({ content: [] }));
`;

const project = (config = jsonc('calc'), more: Record<string, string> = {}) =>
  repository({
    ...worker('.', { 'wrangler.jsonc': config }, TWO_TOOLS),
    '.gitignore': 'node_modules\n.dev.vars\n',
    ...more,
  });

/** The output of these ends with a question. */
const TO_THE_REVIEW = [
  [/Which layers/, ENTER],
  [/Where should local runs/, ENTER],
  [/Write files for coding agents/, ENTER],
  [/Which of these are wrong/, ENTER],
] as const;

describe.runIf(hasTerminal)('the review', () => {
  it('begins with one line for each file, ends with the source and the config, and shows the others on request', async () => {
    const dir = project();
    const { screen, code } = await onTerminal(COMMAND, dir, [
      ...TO_THE_REVIEW,
      [/Write these \d+ files/, DOWN + ENTER],
      [/File 1 of \d+/, DOWN + ENTER],
      [/Write these \d+ files/, ENTER],
    ]);
    expect(code).toBe(0);
    const [before = '', after = ''] = screen.split(/File 1 of \d+/);
    const summary = before.slice(before.indexOf('Edited'), before.indexOf('diff --git'));
    expect(summary).toMatch(/src\/index\.ts +\+\d+ -\d+ +the server, add, erase/);
    for (const path of git(dir, 'status', '--porcelain', '--untracked-files=all').trim().split('\n'))
      expect(summary).toContain(path.trim().split(' ').at(-1));
    const diff = before.slice(before.indexOf('diff --git'), before.indexOf('Write these'));
    expect(diff).toContain('b/src/index.ts');
    expect(diff).toContain('b/wrangler.jsonc');
    expect(diff).not.toMatch(/CREATE TABLE|observe\.json/);
    expect(after).not.toContain('CREATE TABLE');
  });

  it('leaves out a tool on request', async () => {
    const dir = project();
    const { screen, code } = await onTerminal(COMMAND, dir, [
      ...TO_THE_REVIEW,
      [/Write these \d+ files/, DOWN + DOWN + ENTER],
      [/Which of these should init not change/, `${DOWN} ${ENTER}`],
      [/Write these \d+ files/, ENTER],
    ]);
    expect(code).toBe(0);
    expect(screen).toContain('// observe-ignore langfuse/tool-untraced: <reason>');
    expect(text(dir, 'src/index.ts')).toMatch(/createTrace[\s\S]*'calc:add'/);
    expect(text(dir, 'src/index.ts')).toContain(
      "server.tool('erase', 'Erase', async () => ({ content: [] }));",
    );
    const { stdout } = await observe(['check'], dir);
    expect(stdout.match(/is not traced/g)).toHaveLength(1);
    expect(await observe(['remove', '--yes', '--force'], dir)).toMatchObject({ code: 0 });
    expect(text(dir, 'src/index.ts')).toBe(TWO_TOOLS);
  });

  it('can go back to the tasks', async () => {
    const dir = project();
    const { code } = await onTerminal(COMMAND, dir, [
      ...TO_THE_REVIEW,
      [/Write these \d+ files/, DOWN + DOWN + DOWN + ENTER],
      [/Which of these are wrong/, ` ${ENTER}`],
      [/What does add do/, DOWN + ENTER],
      [/Human oversight for add/, ENTER],
      [/Write these \d+ files/, ENTER],
    ]);
    expect(code).toBe(0);
    expect(text(dir, 'src/index.ts')).toMatch(/'add', '(?!transform)\w+'/);
  });

  it('ends without a change after a no', async () => {
    const dir = project();
    const before = await hashFiles(dir);
    const { code } = await onTerminal(COMMAND, dir, [
      ...TO_THE_REVIEW,
      [/Write these \d+ files/, UP + ENTER],
    ]);
    expect(code).toBe(EXIT.cancelled);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it.each([
    ['a plain Worker', jsonc('calc'), {}],
    [
      'disabled traces, an ignored Loom, an agent’s folder',
      jsonc('calc', ',\n  "observability": { "traces": { "enabled": false } }'),
      { '.gitignore': 'node_modules\n.dev.vars\n.loom\n', '.claude/settings.json': '{}\n' },
    ],
  ])('with only Enter writes the same as --yes: %s', async (_what, config, more) => {
    const [asked, told] = [project(config, more), project(config, more)];
    for (const dir of [asked, told])
      installWrangler(dir, { code: READS_ON, keys: ['traces', 'redact_query_string'] });
    const isOff = config.includes('false');
    const session = await onTerminal(COMMAND, asked, [
      [/Which layers/, ENTER],
      ...(isOff ? ([[/config disables traces/, ENTER]] as const) : []),
      [/query strings/, ENTER],
      ...(isOff ? ([[/Add exceptions to the ignore file/, ENTER]] as const) : []),
      [/Where should local runs/, ENTER],
      [/Write files for coding agents/, ENTER],
      [/Which of these are wrong/, ENTER],
      [/Write these \d+ files/, ENTER],
    ]);
    expect(session.code).toBe(0);
    expect(await observe(INIT, told)).toMatchObject({ code: 0 });
    expect(differences(await hashFiles(asked), await hashFiles(told))).toEqual([]);
    expect(text(told, 'wrangler.jsonc').includes('"enabled": false')).toBe(isOff);
    expect(existsSync(join(told, '.claude/skills'))).toBe(isOff);
  });
});

/** A Wrangler that reads the config, as far as this test needs it. */
const READS_ON = `exports.unstable_readConfig = ({ config }) => {
  const text = require('node:fs').readFileSync(config, 'utf8');
  return { name: 'calc', observability: { traces: { enabled: text.includes('"enabled": true') } } };
};`;

it('names in words a tool whose name is known only at run time', async () => {
  const source = TWO_TOOLS.replace(
    "server.tool('erase'",
    'for (const { id } of JSON.parse(TABLE)) server.tool(id',
  );
  const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }, source));
  const { stdout } = await observe([], dir);
  expect(stdout).toContain('a tool named at run time (id)');
  expect(stdout).not.toContain('${');
});

describe('without a terminal', () => {
  it.each([[[]], [['init']], [['init', '--no-install']]])(
    '%j shows the plan and how to apply it, and writes nothing',
    async (words) => {
      const dir = project();
      const before = await hashFiles(dir);
      const { code, stdout } = await observe(words, dir);
      expect(code).toBe(0);
      expect(stdout).toMatch(/src\/index\.ts +\+\d+ -\d+ +the server, add, erase/);
      expect(stdout).toContain('Nothing was written.');
      expect(stdout).toContain(`node ${BIN} ${[...words, '--yes'].join(' ')}\n`);
      expect(await hashFiles(dir)).toEqual(before);
    },
  );

  it('--dry-run has the same summary on stderr, with files outside the folder', async () => {
    const dir = repository({
      'package.json': '{ "private": true, "workspaces": ["apps/*"] }\n',
      ...worker('apps/a', { 'wrangler.jsonc': jsonc('a') }, "import '../../../shared/tools';\n"),
      'shared/tools.ts': TWO_TOOLS,
    });
    const { stdout, stderr } = await observe(['init', 'apps/a', '--dry-run'], dir);
    expect(stderr).toMatch(/\.\.\/\.\.\/shared\/tools\.ts +\+\d+ -\d+ .*add, erase/);
    // Notes about the project that a real run prints too.
    expect(stderr).toMatch(
      /● \.\.\/\.\.\/shared\/tools\.ts:\d+ .* project\/shared-code|wrangler\/nodejs-compat-off/,
    );
    const patched = [...stdout.matchAll(/^diff --git a\/(\S+)/gm)].map(([, path = '']) => path);
    for (const path of patched) expect(stderr).toContain(path.replace(/^apps\/a\//, ''));
    expect(stdout).not.toContain('Edited');
  });

  it('--json has the result and the next step', async () => {
    const dir = project();
    const shown = JSON.parse((await observe(['init', '--json', '--sampling', '0.5'], dir)).stdout);
    expect(shown.applied).toBe(false);
    expect(shown.next).toEqual([
      {
        command: `node ${BIN} init --sampling 0.5 --yes`,
        why: expect.any(String),
        needsHuman: false,
      },
    ]);
    const dry = JSON.parse((await observe(['init', '--json', '--dry-run'], dir)).stdout);
    expect(dry).toMatchObject({
      applied: false,
      next: [{ command: `node ${BIN} init --yes` }],
    });
    const done = JSON.parse((await observe([...INIT, '--json'], dir)).stdout);
    expect(done.applied).toBe(true);
    expect(done.next.map(({ command }: { command: string }) => command)).toContain('npm install');
    expect(done.next.some(({ needsHuman }: { needsHuman: boolean }) => needsHuman)).toBe(true);
    const checked = JSON.parse((await observe(['check', '--json'], dir)).stdout);
    expect(checked).toMatchObject({ applied: false, next: [] });
    const removed = JSON.parse((await observe(['remove', '--yes', '--json', '--force'], dir)).stdout);
    expect(removed).toMatchObject({ applied: true, next: [{ command: 'npm install', needsHuman: false }] });
  });

  it('--json reports that nothing was applied because of an error', async () => {
    const dir = project();
    git(dir, 'rm', '--quiet', '--cached', 'package.json');
    const { code, stdout } = await observe([...INIT, '--json'], dir);
    expect({ code, applied: JSON.parse(stdout).applied }).toEqual({ code: EXIT.dirtyTree, applied: false });
  });
});

it('information without a next step is printed once, not on every run', async () => {
  const dir = project();
  const first = await observe(INIT, dir);
  expect(first.stdout).toContain('wrangler/nodejs-compat-off');
  for (const words of [['check'], [...INIT, '--force']]) {
    const { stdout } = await observe(words, dir);
    expect(stdout).not.toMatch(/No action is needed/);
  }
  const { findings } = JSON.parse((await observe(['check', '--json'], dir)).stdout);
  expect(findings.map(({ rule }: { rule: string }) => rule)).toContain('wrangler/nodejs-compat-off');
  expect(readFileSync(join(dir, 'observe.json'), 'utf8')).toContain('"settings"');
});

describe('before the first trace', () => {
  it('init reports that the project’s Wrangler does not run on this Node', async () => {
    const dir = project();
    installWrangler(dir, { code: READS_ON });
    const manifest = join(dir, 'node_modules/wrangler/package.json');
    const { engines: _, ...plain } = JSON.parse(readFileSync(manifest, 'utf8'));
    writeFileSync(manifest, JSON.stringify({ ...plain, engines: { node: '>=99.1.0' } }));
    const { stdout } = await observe(INIT, dir);
    expect(stdout).toMatch(/Wrangler 4\.200\.0 needs Node 99\.1\.0 or newer, and this is \d+/);
    expect(stdout).toContain('npx --yes wrangler@4.86.0 dev');
    expect(stdout).not.toContain('npx wrangler dev');
    writeFileSync(manifest, JSON.stringify({ ...plain, engines: { node: '>=18.0.0' } }));
    expect((await observe([...INIT, '--sampling', '0.3', '--force'], dir)).stdout).not.toContain(
      'needs Node',
    );
  });

  it('init names the command that works where Wrangler loses the traces of local runs', async () => {
    const dir = project();
    installWrangler(dir, { code: READS_ON });
    const manifest = join(dir, 'node_modules/wrangler/package.json');
    const plain = JSON.parse(readFileSync(manifest, 'utf8'));
    writeFileSync(manifest, JSON.stringify({ ...plain, version: '4.13.2' }));
    const { stdout } = await observe([...INIT, '--local', '--json'], dir);
    const { next } = JSON.parse(stdout);
    const newest = Number(process.versions.node.split('.')[0]) < 22 ? '4.86.0' : 'latest';
    expect(next).toContainEqual(
      expect.objectContaining({ command: `npx --yes wrangler@${newest} dev`, needsHuman: true }),
    );
    expect(next).toContainEqual(expect.objectContaining({ command: 'npx lm dashboard', needsHuman: true }));
  });

  it('init explains the effect of a missing git repository on undo', async () => {
    const dir = folderWith(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
    expect((await observe(INIT, dir)).stdout).toContain('not in a git repository');
    expect((await observe(INIT, project())).stdout).not.toContain('not in a git repository');
  });
});
