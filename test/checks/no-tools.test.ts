import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { jsonc, repository, worker } from '../commands/repository.js';
import { git } from '../support/cli.js';
import { observeHere } from './in-process.js';

const MCP = { '@modelcontextprotocol/sdk': '^1.20.0' };

const project = (source: string, dependencies: Record<string, string> = {}, more = {}) =>
  repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    'package.json': JSON.stringify({ name: 'calc', dependencies }, null, 2),
    'src/index.ts': source,
    ...more,
  });

const FROM_PACKAGE = `import { createMcpHandler } from 'agents/mcp';
import { notesServer } from 'notes-mcp';

export default { fetch: createMcpHandler(notesServer) };
`;

const init = (dir: string, ...args: string[]) => observeHere('init', dir, '--yes', '--no-install', ...args);
const found = async (dir: string) => {
  const { stdout } = await observeHere('check', dir, '--json');
  const { findings } = JSON.parse(stdout) as {
    findings: { rule: string; file: string; line: number; message: string }[];
  };
  return findings.filter(({ rule }) => rule === 'langfuse/no-tools');
};

describe('an MCP server without a tool', () => {
  it('is reported with its place, the files that were read, and the evidence', async () => {
    const [finding] = await found(project(FROM_PACKAGE, { agents: '^0.2.0' }));
    expect(finding).toMatchObject({ file: 'src/index.ts', line: 4 });
    expect(finding?.message).toContain('src/index.ts imports');
    expect(finding?.message).toContain('createMcpHandler (src/index.ts:4)');
    expect(finding?.message).toContain('notesServer from the package notes-mcp (src/index.ts:2)');
  });

  it.each([
    ['by its dependency alone', 'export default {};\n', MCP],
    [
      'by a server object',
      "import { McpServer } from '@modelcontextprotocol/server';\nexport default new McpServer({ name: 'a', version: '1' });\n",
      {},
    ],
    [
      'by the function that mounts it',
      "const { createMcpHandler } = await import('agents/mcp');\nexport default { fetch: createMcpHandler(0) };\n",
      {},
    ],
  ])('is known %s', async (_how, source, dependencies) => {
    expect(await found(project(source, dependencies))).toHaveLength(1);
  });

  it('names the file that its entry does not import', async () => {
    const tool =
      "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nexport const server = new McpServer({ name: 'a', version: '1' });\nserver.registerTool('add', { description: 'Add' }, async () => ({ content: [] }));\n";
    const dir = project('export default {};\n', MCP, { 'src/forgotten.ts': tool });
    const { stdout } = await observeHere('check', dir);
    expect(stdout).toContain('src/forgotten.ts has tools, but the entry does not import it');
  });

  it('is set up only on request', async () => {
    const dir = project(FROM_PACKAGE, { agents: '^0.2.0' });
    const refused = await init(dir);
    expect(refused).toMatchObject({ code: EXIT.noTools });
    expect(refused.stderr).toContain('--allow-no-tools');
    expect(git(dir, 'status', '--porcelain')).toBe('');
    expect(await init(dir, '--allow-no-tools')).toMatchObject({ code: EXIT.ok });
    expect(existsSync(join(dir, 'observe.json'))).toBe(true);
    expect(await observeHere('check', dir)).toMatchObject({ code: EXIT.findings });
    expect(await observeHere('check', dir, '--rule', 'langfuse/no-tools=off')).toMatchObject({
      code: EXIT.ok,
    });
  });
});

describe('there is no finding', () => {
  it.each([
    ['for a Worker without MCP', 'export default {};\n', {}],
    [
      'of a client',
      "import { Client } from '@modelcontextprotocol/sdk/client/index.js';\nexport default new Client({ name: 'a', version: '1' });\n",
      MCP,
    ],
    [
      'of types',
      "import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nexport type Server = McpServer;\n",
      {},
    ],
    [
      'for an agent without MCP',
      "import { Agent } from 'agents';\nexport class Chat extends Agent {}\n",
      { agents: '^0.2.0' },
    ],
    [
      'for an observed server',
      `import { observeServer } from '@create-something/observability';\n${FROM_PACKAGE.replace('(notesServer)', '(() => observeServer(notesServer()))')}`,
      {},
    ],
  ])('%s', async (_what, source, dependencies) => {
    expect(await found(project(source, dependencies))).toEqual([]);
  });

  it('if a person must trace the tool, or a comment ignores it', async () => {
    const server =
      "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst server = new McpServer({ name: 'a', version: '1' });\n";
    const ignored = `${server}// observe-ignore langfuse/tool-untraced: a health check\nserver.registerTool('ping', {}, async () => ({ content: [] }));\n`;
    expect(await found(project(ignored, MCP))).toEqual([]);
  });
});
