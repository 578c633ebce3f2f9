import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { splice } from '../../src/core/edits.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';

const INTENT = { fallbackName: 'notes', aiBinding: 'AI', tasks: new Map(), includeUnreachable: false };

const HELPERS = `
const RESULT = { content: [{ type: 'text', text: 'done' }] };
const guarded = (env, handler) => async (...given) => handler(...given);
const handlers = { run: async (...given) => RESULT };
const declared = async (...given) => RESULT;
function hoisted() { return RESULT; }
const makeHandler = () => async () => RESULT;
const isOn = true;
const TEXT = 'Adds a note';
const SHAPE = { text: z.string() };
const HINTS = { readOnlyHint: true };
const CONFIG = { description: 'Adds a note' };
const FULL = { description: 'Adds a note', inputSchema: { text: z.string() } };
`;

const callback = fc.constantFrom(
  'async () => RESULT',
  'async (args) => RESULT',
  'async ({ text }) => RESULT',
  'async (args, extra) => RESULT',
  'function () { return RESULT; }',
  'declared',
  'hoisted',
  'handlers.run',
  'makeHandler()',
  'guarded({}, async (args) => RESULT)',
  'guarded({}, declared)',
  'isOn ? declared : handlers.run',
  'declared.bind(undefined)',
);
const description = fc.constantFrom('', "'Adds a note', ", 'TEXT, ', "TEXT + '.', ");
const schema = fc.constantFrom('', '{ text: z.string() }, ', 'SHAPE, ', '{}, ');
const hints = fc.constantFrom('', '{ readOnlyHint: true }, ', 'HINTS, ');
const trailing = fc.constantFrom(
  '',
  ', { timeout: 5 }',
  ', undefined',
  ', isOn ? { retries: 1 } : undefined',
  ', HINTS',
);

const toolCall = fc
  .tuple(description, schema, hints, callback, trailing)
  .map((parts) => `server.tool('add', ${parts.join('')});`);
const config = fc.constantFrom(
  'CONFIG',
  'FULL',
  '{ ...FULL }',
  '{ ...CONFIG, inputSchema: undefined }',
  '{ ...(isOn ? FULL : {}) }',
  'isOn ? CONFIG : FULL',
  '{ inputSchema: SHAPE }',
);
const registerCall = fc
  .tuple(config, callback)
  .map(([one, handler]) => `server.registerTool('add', ${one}, ${handler});`);

interface Recorded {
  readonly name: string;
  readonly input?: unknown;
}

/** Runs a file's registrations with the real SDK, calls the tool, and returns the input that our runtime records. */
async function callsRecorded(text: string, path: string): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const createTrace = (options: Recorded) => ({
    run: (work: (trace: object) => unknown) => {
      recorded.push(options);
      return work({});
    },
  });
  const isContext = (one: unknown) => typeof one === 'object' && one !== null && 'signal' in one;
  const traceMcpTool =
    (server: string, tool: string, _task: string, handler: unknown) =>
    (...given: unknown[]) => {
      const [first] = given;
      recorded.push({ name: `${server}:${tool}`, ...(isContext(first) ? {} : { input: first }) });
      return (handler as (...args: unknown[]) => unknown)(...given);
    };
  const code = text.replace(/^import .*$/gm, '');
  const { code: javascript } = transformSync(code, { loader: path.endsWith('.ts') ? 'ts' : 'js' });
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  const names = ['server', 'z', 'createTrace', 'traceMcpTool', 'mcpToolMetadata'];
  new Function(...names, javascript)(server, z, createTrace, traceMcpTool, () => ({}));
  const [here, there] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1.0.0' });
  await Promise.all([server.connect(here), client.connect(there)]);
  await client.callTool({ name: 'add', arguments: { text: 'milk' } });
  await client.close();
  return recorded;
}

async function holds(call: string, path: string): Promise<void> {
  const typed = path.endsWith('.ts');
  const helpers = typed
    ? HELPERS.replaceAll('(...given) =>', '(...given: any[]) =>').replace(
        '(env, handler)',
        '(env: any, handler: any)',
      )
    : HELPERS;
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\n${helpers}${call}\n`;
  const { tools, changes } = planTools([{ path, text, reachable: true }], INTENT);
  expect(tools, call).toMatchObject([{ name: 'add' }]);
  const [change] = changes;
  const after = change?.action === 'modify' ? splice(change.before, change.edits) : text;
  const recorded = await callsRecorded(after, path);
  if (tools[0]?.status === 'manual') return expect(recorded, call).toEqual([]);
  expect(recorded, call).toHaveLength(1);
  expect(recorded[0]?.name, call).toBe('notes:add');
  expect(recorded[0]?.input ?? {}, call).not.toHaveProperty('signal');
}

describe.each(['src/index.js', 'src/index.ts'])(
  'in %s, the function that the SDK calls is traced, once',
  (path) => {
    it('for each overload of server.tool', async () => {
      await fc.assert(
        fc.asyncProperty(toolCall, (call) => holds(call, path)),
        { numRuns: 150 },
      );
    });

    it('for each config of server.registerTool', async () => {
      await fc.assert(
        fc.asyncProperty(registerCall, (call) => holds(call, path)),
        { numRuns: 80 },
      );
    });
  },
);
