import { expect, it } from 'vitest';
import { jsonc, repository, worker } from '../commands/repository.js';
import { observeHere } from './in-process.js';

it('gives advice for a CommonJS file that works there', async () => {
  const dir = repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc').replace('index.ts', 'index.js') }),
    'src/index.js': `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const server = new McpServer({ name: 'calc', version: '1.0.0' });
server.registerTool('add', { description: 'Add' }, async () => ({ content: [] }));
module.exports = { server };
`,
  });
  const { stdout } = await observeHere('check', dir);
  const [, snippet = ''] = /Wrap the body of the tool by hand:\n\s+(async .*)\n/.exec(stdout) ?? [];
  expect(stdout).not.toMatch(/\bimport \{/);
  expect(stdout).toContain('"type": "module"');
  // The advice is CommonJS: it parses as the body of a function, which can’t contain an import.
  expect(snippet).toContain("traceMcpTool('calc', 'add'");
  expect(() => new Function('handler', `return ${snippet};`)).not.toThrow();
});
