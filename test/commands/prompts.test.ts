import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, check as formats } from 'prettier';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import type { FixtureCopy } from '../harness/fixture.js';
import { BIN, committedWorker, git, observe } from '../support/cli.js';
import { hasTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { worker as calc, installWrangler, jsonc, repository, text } from './repository.js';

let worker: FixtureCopy;
beforeEach(async () => {
  worker = await committedWorker();
});
afterEach(() => worker.remove());

const INIT = `"${process.execPath}" "${BIN}" init --no-install`;
const YES = ['init', '--yes', '--no-install'];
/** A hand-written JSON-RPC server that finds its tools in a table. */
const TABLE = `const tools = [
  { name: 'summarize_text', description: 'Summarize', inputSchema: {}, handler: async (args) => String(args) },
];
export default {
  async fetch(request) {
    const { method, params } = await request.json();
    if (method === 'tools/list') return Response.json({ tools });
    if (method === 'tools/call') {
      const tool = tools.find(({ name }) => name === params.name);
      return Response.json(await tool.handler(params.arguments));
    }
    return new Response(null, { status: 404 });
  },
};
`;
/** A tool whose function gets one more level of indentation from a formatter inside a call. */
const LONG = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'calc', version: '1.0.0' });
server.registerTool(
  'next_tide',
  { description: 'The next tide at a place', inputSchema: { place: z.string() } },
  async ({ place }) => {
    const tides = await fetch(\`https://tides.test/\${place}\`).then((r) => r.json());
    return { content: [{ type: 'text', text: \`Next: \${tides[0] ?? 'unknown'}\` }] };
  },
);
export default { fetch: () => new Response(String(server)) };
`;
const ENTER = '\r';
const CTRL_C = '\x03';
const DOWN = '\x1b[B';
const LEFT = '\x1b[D';
const UP = '\x1b[A';

describe.runIf(hasTerminal)('on a terminal', () => {
  it('asks for layers and task types, shows the diff, and writes after a yes', async () => {
    const session = await onTerminal(INIT, worker.dir, [
      [/Which layers/, ENTER],
      [/Where should local runs/, UP + ENTER],
      [/Write files for coding agents/, ENTER],
      [/Which of these are wrong/, ` ${ENTER}`],
      [/What does add_note do/, DOWN + ENTER],
      [/Human oversight for add_note/, ENTER],
      [/Write these \d+ files/, ENTER],
    ]);
    expect(session.screen).toContain('+\t"observability": {');
    // Each tool is below its file, with its inferred task.
    const question = session.screen.slice(session.screen.indexOf('Which of these are wrong'));
    expect(question).toMatch(/src\/index\.ts[\s\S]*add_note +orchestrate/);
    expect(session.code).toBe(0);
    expect(readFileSync(join(worker.dir, '.dev.vars'), 'utf8')).toContain('http://127.0.0.1:4319');
    // The cursor is on the last item, which was inferred, so one step down is the first.
    expect(readFileSync(join(worker.dir, 'src/index.ts'), 'utf8')).toContain('"add_note", "generate"');
    expect(await observe(['check'], worker.dir)).toMatchObject({ code: 0 });
  });

  it.each([
    ['yes', LEFT + ENTER, /"services"/],
    ['no', ENTER, /loom-shop\.acme\.workers\.dev/],
  ])('asks about the account of a server on workers.dev: %s', async (_, keys, written) => {
    const session = await onTerminal(
      `${INIT} --server https://loom-shop.acme.workers.dev --layers langfuse,loom`,
      worker.dir,
      [
        [/same Cloudflare account/, keys],
        [/Where should local runs/, ENTER],
        [/Write files for coding agents/, ENTER],
        [/Which of these are wrong/, ENTER],
        [/Write these \d+ files/, ENTER],
      ],
    );
    expect(session.code).toBe(0);
    expect(git(worker.dir, 'diff') + readFileSync(join(worker.dir, '.dev.vars'), 'utf8')).toMatch(written);
  });

  it.each([
    ['CI=true', false],
    ['CI=1', false],
    ['CI=false', true],
    ['CI=', true],
  ])('with %s it asks: %s', async (setting, asks) => {
    const session = await onTerminal(`${setting} ${INIT} --dry-run`, worker.dir, [[/Which layers/, CTRL_C]]);
    expect(session.screen.includes('Which layers')).toBe(asks);
  });

  it.each([
    ['the layers', [[/Which layers/, CTRL_C]]],
    [
      'the place of local traces',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, CTRL_C],
      ],
    ],
    [
      'the files for agents',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, DOWN + ENTER],
        [/Write files for coding agents/, CTRL_C],
      ],
    ],
    [
      'the task types',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, DOWN + ENTER],
        [/Write files for coding agents/, ENTER],
        [/Which of these are wrong/, CTRL_C],
      ],
    ],
    [
      'the task of one tool',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, DOWN + ENTER],
        [/Write files for coding agents/, ENTER],
        [/Which of these are wrong/, ` ${ENTER}`],
        [/What does add_note do/, CTRL_C],
      ],
    ],
    [
      'the oversight of one tool',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, DOWN + ENTER],
        [/Write files for coding agents/, ENTER],
        [/Which of these are wrong/, ` ${ENTER}`],
        [/What does add_note do/, ENTER],
        [/Human oversight/, CTRL_C],
      ],
    ],
    [
      'the last question',
      [
        [/Which layers/, ENTER],
        [/Where should local runs/, DOWN + ENTER],
        [/Write files for coding agents/, ENTER],
        [/Which of these are wrong/, ENTER],
        [/Write these/, CTRL_C],
      ],
    ],
  ] as const)('leaves everything as it was after Ctrl-C at %s', async (_where, steps) => {
    const before = await hashFiles(worker.dir);
    const session = await onTerminal(INIT, worker.dir, steps);
    expect(session.code).toBe(EXIT.cancelled);
    expect(session.screen).toContain('Nothing was changed');
    expect(await hashFiles(worker.dir)).toEqual(before);
  });
});

describe.runIf(hasTerminal)('questions for some projects', () => {
  const off = jsonc('calc', ',\n  "observability": { "traces": { "enabled": false } }');
  const first = [/Which layers/, ENTER] as const;

  it.each([
    ['disabled traces', [first, [/config disables traces/, CTRL_C]]],
    ['query strings', [first, [/config disables traces/, ENTER], [/query strings/, CTRL_C]]],
  ] as const)('leave everything as it was after Ctrl-C at %s', async (_where, steps) => {
    const dir = repository({ ...calc('.', { 'wrangler.jsonc': off }), '.gitignore': 'node_modules\n' });
    installWrangler(dir, { code: '', keys: ['traces', 'redact_query_string'] });
    await stopsAt(dir, INIT, steps);
  });

  it('leave everything as it was after Ctrl-C at the Workers and at a removal', async () => {
    const dir = repository({
      ...calc('apps/a', { 'wrangler.jsonc': jsonc('a') }),
      ...calc('apps/b', { 'wrangler.jsonc': jsonc('b') }),
    });
    await stopsAt(dir, INIT, [[/Which Workers/, CTRL_C]]);
    await observe(['init', '--yes', '--no-install', '--worker', 'a'], dir);
    await stopsAt(dir, `"${process.execPath}" "${BIN}" remove`, [[/Remove this from \d+ files/, CTRL_C]]);
  });

  const hides = () =>
    repository({ ...calc('.', { 'wrangler.jsonc': jsonc('calc') }), '.gitignore': '.dev.vars\n.loom/\n' });
  const exceptions = /Add exceptions to the ignore file/;

  it.each([
    ['a yes', true, LEFT + ENTER],
    ['a no', false, ENTER],
  ] as const)('after %s a clone gets an ignored set-up: %s', async (_word, reaches, keys) => {
    const dir = hides();
    const session = await onTerminal(INIT, dir, [
      first,
      [exceptions, keys],
      [/Where should local runs/, ENTER],
      [/Write files for coding agents/, ENTER],
      [/Which of these are wrong/, ENTER],
      [/Write these \d+ files/, ENTER],
    ]);
    expect(session.screen).toContain('.loom/sync.mjs');
    expect(session.code).toBe(0);
    expect(text(dir, '.gitignore').includes('!/.loom/**')).toBe(reaches);
    expect(git(dir, 'status', '--porcelain', '--untracked-files=all').includes('.loom/sync.mjs')).toBe(
      reaches,
    );
  });

  it('leave everything as it was after Ctrl-C at the exception', async () => {
    await stopsAt(hides(), INIT, [first, [exceptions, CTRL_C]]);
  });

  const layOut = /Format .* with your own formatter/;
  const untilLayOut = [
    first,
    [/Where should local runs/, ENTER],
    [/Write files for coding agents/, ENTER],
    [/Which of these are wrong/, ENTER],
  ] as const;
  /** A Worker that Prettier formatted. */
  const formatted = async () => {
    const source = await format(LONG, { filepath: 'index.ts', singleQuote: true });
    return repository({
      ...calc('.', { 'wrangler.jsonc': jsonc('calc') }, source),
      '.prettierrc': '{ "singleQuote": true }\n',
      '.gitignore': '.dev.vars\n',
    });
  };

  it.each([
    ['a yes', true, ENTER],
    ['a no', false, LEFT + ENTER],
  ] as const)(
    'after %s the project’s formatter formats the changed files: %s',
    async (_word, laysOut, keys) => {
      const dir = await formatted();
      const session = await onTerminal(INIT, dir, [
        ...untilLayOut,
        [layOut, keys],
        [/Write these \d+ files/, ENTER],
      ]);
      expect(session.code).toBe(0);
      const source = text(dir, 'src/index.ts');
      expect(source).toContain('createTrace');
      expect(await formats(source, { filepath: 'index.ts', singleQuote: true })).toBe(laysOut);
    },
  );

  it('leave everything as it was after Ctrl-C at the formatter', async () => {
    await stopsAt(await formatted(), INIT, [...untilLayOut, [layOut, CTRL_C]]);
  });

  async function stopsAt(dir: string, command: string, steps: Parameters<typeof onTerminal>[2]) {
    const before = await hashFiles(dir);
    const session = await onTerminal(command, dir, steps);
    expect(session.code).toBe(EXIT.cancelled);
    expect(session.screen).toContain('Nothing was changed');
    expect(await hashFiles(dir)).toEqual(before);
  }
});

describe('flags instead of answers', () => {
  it('set the task and the oversight of a tool', async () => {
    const told = ['--task', 'add_note=summarize', '--oversight', 'add_note=required'];
    expect(await observe(['init', '--yes', '--no-install', ...told], worker.dir)).toMatchObject({ code: 0 });
    const source = readFileSync(join(worker.dir, 'src/index.ts'), 'utf8');
    expect(source).toMatch(/mcpToolMetadata\("field-notes", "add_note", "summarize", "required"\)/);
  });

  it.each([
    [['--task', 'nope=summarize'], /no tool "nope"[\s\S]*add_note/],
    [['--task', 'add_note'], /<tool>=<value>/],
    [['--task', 'add_note=sing'], /values are: generate/],
    [['--oversight', 'add_note=never'], /values are: .*required/],
  ] as const)('are refused if they are invalid: %s', async (flags, words) => {
    const before = await hashFiles(worker.dir);
    const init = await observe(['init', '--yes', '--no-install', ...flags], worker.dir);
    expect(init).toMatchObject({ code: EXIT.usage, stderr: expect.stringMatching(words) });
    expect(await hashFiles(worker.dir)).toEqual(before);
  });
});

it('tools of a shared site are listed with its task, and can’t have another', async () => {
  const dir = repository({ ...calc('.', { 'wrangler.jsonc': jsonc('calc') }, TABLE) });
  const { stdout } = await observe(['init', '--dry-run', '--json'], dir);
  const [listed] = JSON.parse(stdout).workers as [{ tools: { name: string; task: string }[] }];
  expect(listed.tools).toMatchObject([{ name: 'summarize_text', task: 'orchestrate' }]);
  const told = await observe([...YES, '--task', 'summarize_text=summarize'], dir);
  expect(told).toMatchObject({
    code: EXIT.usage,
    stderr: expect.stringContaining('shares its trace with other tools'),
  });
});

describe('without a terminal', () => {
  it.each([['init', '--no-install'], ['check'], ['doctor', '--offline'], ['remove'], ['check', '--fix']])(
    '%s never waits for input, on a terminal or a pipe',
    async (...args) => {
      const child = spawn(process.execPath, [BIN, ...args], {
        cwd: worker.dir,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      // The pipe stays open, so a program that reads from it waits forever.
      const code = await new Promise((resolve) => child.on('close', resolve));
      child.stdin.end();
      expect([EXIT.ok, EXIT.findings]).toContain(code);
    },
  );
});
