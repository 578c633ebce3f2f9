import { expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { jsonc, repository, worker } from '../commands/repository.js';
import { INIT, observeHere } from './in-process.js';

/** A Worker in a subfolder of a repository. The name of its tool contains a command of a log. */
const project = () => {
  const source = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
const server = new McpServer({ name: 'c' });
server.tool('add\\n::error::no\\u001b[2J', async () => ({ content: [] }));
`;
  return repository({
    ...worker('apps/mcp', { 'wrangler.jsonc': jsonc('calc') }, source),
    '.gitignore': '.dev.vars\n',
  });
};

const STARTS = { json: '{', sarif: '{', github: '::', junit: '<?xml' };

it.each(Object.entries(STARTS))(
  'only %s goes to stdout, and messages go to stderr',
  async (format, start) => {
    const dir = project();
    const found = await observeHere('check', dir, '--format', format);
    expect(found.code).toBe(EXIT.findings);
    expect(found.stdout.startsWith(start)).toBe(true);
    expect(found.stderr).toMatch(/✖ \d+ errors/);
    if (format === 'json') return;
    // The path is relative to the repository, but the plan's paths are relative to the folder.
    const below = await observeHere('check', `${dir}/apps/mcp`, '--format', format);
    expect(below.stdout).toContain('apps/mcp/src/index.ts');
  },
);

it('a name can’t start a line of the log', async () => {
  for (const format of ['pretty', 'github', 'junit', 'sarif']) {
    const { stdout, stderr } = await observeHere('check', project(), '--format', format);
    const words = format === 'pretty' || format === 'github' ? stdout + stderr : stderr;
    expect(words).not.toMatch(/^\s*::error::no/m);
    if (format !== 'github') expect(words).not.toContain('\u001b[2J');
  }
});

it('every format has content for a project without findings', async () => {
  const dir = project();
  await observeHere(INIT[0], dir, ...INIT.slice(1));
  const quiet = ['--rule', 'wrangler/nodejs-compat-off=off'];
  const printed = async (format: string) => {
    const ended = await observeHere('check', dir, '--format', format, ...quiet);
    expect(ended).toMatchObject({ code: EXIT.ok });
    return ended.stdout;
  };
  expect(await printed('github')).toBe('');
  expect(JSON.parse(await printed('sarif')).runs[0].results).toEqual([]);
  expect(JSON.parse(await printed('json')).findings).toEqual([]);
  expect(await printed('junit')).toContain('all set up');
});
