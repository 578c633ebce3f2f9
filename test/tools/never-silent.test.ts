import { expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';
import { readSource } from '../../src/rewrite/read-source.js';
import { untraceTools } from '../../src/rewrite/untrace-tools.js';

const INTENT = { fallbackName: 'notes', aiBinding: 'AI', tasks: new Map(), includeUnreachable: false };

/** Layer 2 on some files that the Worker's entry imports. */
const plan = (files: Record<string, string>) =>
  planTools(
    Object.entries(files).map(([path, text]) => ({ path, text, reachable: true })),
    INTENT,
  );

const MCP = "import { createMCP } from './library.js';\n";

it.each<[string, string, string]>([
  [
    'nowhere',
    "{ name: 'find', description: 'Finds', inputSchema: {} }",
    'the code that runs it was not found',
  ],
  [
    'in another object',
    "{ name: 'find', description: 'Finds', inputSchema: {}, handler: notes.find }",
    'its handler was not found in this repository',
  ],
  [
    'in a generator',
    "{ name: 'find', description: 'Finds', inputSchema: {}, *handler() {} }",
    'the handler is a generator',
  ],
])('a tool whose function is %s is manual, and reported with its place', (_, tool, reason) => {
  const { tools, findings } = plan({ 'src/index.ts': `${MCP}\nexport const tools = [${tool}];\n` });
  expect(tools).toMatchObject([{ name: 'find', file: 'src/index.ts', line: 3, status: 'manual', reason }]);
  expect(findings).toMatchObject([{ rule: 'langfuse/tool-manual', file: 'src/index.ts', line: 3 }]);
});

it.each([
  ['a model’s tool', "{ name: 'find', description: 'Finds', input_schema: {} }"],
  ['a parameter in OpenAPI', "{ name: 'page', in: 'query', description: 'Page', schema: {} }"],
])('%s is not a tool of the server', (_, object) => {
  expect(plan({ 'src/index.ts': `${MCP}\nexport const list = [${object}];\n` }).tools).toEqual([]);
});

const RULE = 'langfuse/server-from-package';

it('reports a server with tools of a package', () => {
  const text = `import { McpAgent } from 'agents/mcp';
import { notesServer } from 'notes-mcp';
export class Notes extends McpAgent {
  async init() {
    this.server = await notesServer(this.env);
  }
}
`;
  const [finding] = plan({ 'src/index.ts': text }).findings;
  expect(finding).toMatchObject({ rule: RULE, file: 'src/index.ts', line: 5 });
  expect(finding?.message).toContain('`notesServer` of `notes-mcp`');
});

it.each([
  ['a variable called server', 'const server = new McpServer(info);\nfill(server);', 'fill'],
  ['a variable of another name', 'const notes = new McpServer(info);\nfill(notes, 1);', 'fill'],
  ['a parameter', 'export function make(notes: McpServer) {\n  fill(notes); }', 'fill'],
  ['a member of a namespace', 'const server = new McpServer(info);\nlibrary.fill(server);', 'library.fill'],
])('reports a package that gets the server: %s', (_, code, name) => {
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { fill } from '@example/notes';
import * as library from '@example/notes';
${code}
`;
  const found = plan({ 'src/index.ts': text }).findings.filter(({ rule }) => rule === RULE);
  expect(found).toMatchObject([{ file: 'src/index.ts', line: 5 }]);
  expect(found[0]?.message).toContain(`\`${name}\` of \`@example/notes\``);
});

it.each(['serve(server)', 'createHandler(server)', 'withTracing(server)', 'fill(other)'])(
  'does not report what only serves a server: %s',
  (call) => {
    const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createHandler, fill, serve, withTracing } from '@example/notes';
const server = new McpServer(info);
${call};
`;
    const { findings } = plan({ 'src/index.ts': text });
    expect(findings.filter(({ rule }) => rule === RULE)).toEqual([]);
  },
);

it.each([
  ['const add = server', '(add.registerTool as any)'],
  ['const add = server', '(server as any).registerTool'],
  ['const add = server', '(<any>server).registerTool'],
  ['const add = server.registerTool.bind(server) as any', 'add'],
  ['const mcpServer = new McpServer(info) as any', 'mcpServer.registerTool'],
  ['const mcpServer: any = server', 'mcpServer.registerTool'],
])('traces a tool although a cast hides the type of its server: %s; %s', (declared, callee) => {
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
const server = new McpServer(info);
${declared};
${callee}('find', { inputSchema: { id: z.string() } }, async ({ id }: { id: string }) => answer(id));
`;
  const { tools, changes } = plan({ 'src/index.ts': text });
  expect(tools).toMatchObject([{ name: 'find', line: 4, status: 'planned' }]);
  const [change] = changes;
  // TypeScript would not know the type of an added parameter.
  const after = change?.action === 'modify' ? splice(text, change.edits) : '';
  expect(after).toContain('createTrace({');
  expect(after).not.toContain('mcpContext');
});

it.each([
  'new Server(info)).setRequestHandler',
  'new Server(info) as any).setRequestHandler',
  'new Server(info).setRequestHandler as any)',
])('adds a parameter to a request handler only where its type is known: (%s', (callee) => {
  const text = `import { Server } from '@modelcontextprotocol/sdk/server/index.js';
(${callee}(CallToolRequestSchema, async (request: { params: { name: string } }) => {
  return answer(request.params.name);
});
`;
  const { tools, changes } = plan({ 'src/index.ts': text });
  expect(tools).toMatchObject([{ name: '*', line: 2, status: 'planned' }]);
  const [change] = changes;
  const after = change?.action === 'modify' ? splice(text, change.edits) : '';
  expect(after.includes('mcpContext')).toBe(!callee.includes('any'));
});

it.each([
  ['class Old extends McpAgent {', 'ignored'],
  ['export class Old extends McpAgent {', 'planned'],
  ['export { Old };\nclass Old extends McpAgent {', 'planned'],
  ['const agents = [Old];\nclass Old extends McpAgent {', 'planned'],
])('plans the tools of a class only if something uses it: %s', (declared, status) => {
  const text = `import { McpAgent } from 'agents/mcp';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
${declared}
  server = new McpServer({ name: 'old', version: '1.0.0' });
  async init() {
    this.server.tool('find', { id: z.string() }, async ({ id }) => answer(id));
  }
}
`;
  const { tools, servers } = plan({ 'src/index.ts': text });
  expect(tools).toMatchObject([{ name: 'find', status }]);
  expect(servers).toMatchObject([{ status }]);
});

const AGENT = "import { McpAgent } from 'agents/mcp';\n";
const HANDLER = "import { createMcpHandler } from 'agents/mcp';\n";
const FROM_NOTES = "import { notesServer, NotesServer } from 'notes-mcp';\n";

it.each([
  [
    `${AGENT}${FROM_NOTES}export class N extends McpAgent { async init() { this.server = await notesServer(1); } }`,
    "await observeServer(notesServer(1), 'notes', this)",
  ],
  [
    `${AGENT}${FROM_NOTES}export class N extends McpAgent { server = new NotesServer(); }`,
    "observeServer(new NotesServer(), 'notes', this)",
  ],
  [
    `${HANDLER}${FROM_NOTES}export default createMcpHandler(() => notesServer());`,
    "=> observeServer(notesServer(), 'notes')",
  ],
  [
    `${HANDLER}${FROM_NOTES}const server = notesServer();\nexport default createMcpHandler(server);`,
    "= observeServer(notesServer(), 'notes');",
  ],
])(
  'observes a server that a package creates, and lists its tools as traced by the server',
  (text, written) => {
    const { tools, findings, changes } = plan({ 'src/index.ts': text });
    const listed = { name: '*', family: 'server of a package', file: 'src/index.ts' };
    expect(tools).toMatchObject([{ ...listed, status: 'planned', isShared: true }]);
    expect(findings).toMatchObject([{ rule: RULE, resolution: 'none' }]);
    const [change] = changes;
    const result = change?.action === 'modify' ? splice(text, change.edits) : '';
    const flat = result.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/,? \)/g, ')');
    expect(flat).toContain(written);
    expect(plan({ 'src/index.ts': result })).toMatchObject({
      changes: [],
      tools: [{ ...listed, status: 'traced' }],
    });
    const reading = readSource('src/index.ts', result, { aiBinding: 'AI' });
    expect(
      splice(
        result,
        untraceTools(reading, () => false),
      ),
    ).toBe(text);
  },
);

it.each([
  ['only has a similar name', `${HANDLER}import { bakeServer } from 'oven';\nconst server = bakeServer();\n`],
  ['is passed as a function', `${HANDLER}${FROM_NOTES}export default createMcpHandler(notesServer);\n`],
])('reports nothing for code that %s', (_, text) => {
  const { tools, findings, changes } = plan({ 'src/index.ts': text });
  expect([tools, changes]).toEqual([[], []]);
  expect(findings).toMatchObject([{ rule: RULE, fix: expect.stringContaining('hook') }]);
});

it.each([
  [
    'the SDK',
    "import { createMcpServer } from '@modelcontextprotocol/server';\nconst server = createMcpServer();",
  ],
  ['this project', "import { createMcpServer } from './server.js';\nconst server = createMcpServer();"],
  ['no MCP', "import { createServer } from 'node:http';\nconst server = createServer();"],
])('reports nothing for a server that %s creates', (_, text) => {
  expect(plan({ 'src/index.ts': `${text}\n` }).findings.filter(({ rule }) => rule === RULE)).toEqual([]);
});

const LIMIT =
  "export const isCall = (m: { method: string }) => { if (m.method === 'tools/call') return true; return false; };\n";

it('does not report a mention of tools/call if tools were found', () => {
  expect(plan({ 'src/limit.ts': LIMIT }).tools).toMatchObject([{ name: '*', status: 'manual' }]);
  const server = "server.tool('ping', async () => ({ content: [] }));\n";
  const { tools } = plan({ 'src/limit.ts': LIMIT, 'src/server.ts': server });
  expect(tools).toMatchObject([{ name: 'ping', status: 'planned' }]);
});

it('reports a dispatcher that it cannot trace next to one that it can', () => {
  const traced = "if (m.method === 'tools/call') return run(m.params);";
  const several = "if (m.method === 'tools/call') { const a = first(m.params); return second(m.params, a); }";
  const text = `export async function answer(m: Message) { ${traced} }
export async function other(m: Message) { ${several} }
`;
  const { tools } = plan({ 'src/index.ts': text });
  expect(tools).toMatchObject([
    { name: '*', line: 1, status: 'planned' },
    { name: '*', line: 2, status: 'manual', reason: 'several calls here could run the tool' },
  ]);
  expect(tools[1]?.snippet).toContain("createTrace(fromToolCall('notes', request)).run(");
});

it('reports a registration whose tool was not found', () => {
  const text = "import { tool } from 'notes-tools';\nserver.addTool(tool);\n";
  expect(plan({ 'src/index.ts': text }).tools).toMatchObject([
    { family: 'addTool', line: 2, status: 'manual' },
  ]);
});

it.each([
  [
    'a map',
    "kept.get('find').update({ callback });",
    "kept.set('find', server.registerTool('find', {}, work));",
  ],
  ['a member', 'this.find.update({ callback });', "this.find = server.registerTool('find', {}, work);"],
  ['a parameter', 'one.update({ callback });', 'const change = (one: RegisteredTool) => one;'],
])('reports another handler of a tool in %s', (_, update, keep) => {
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
const server = new McpServer({ name: 'notes', version: '1' });
${update}
${keep}
`;
  const { tools } = plan({ 'src/index.ts': text });
  expect(tools).toContainEqual(
    expect.objectContaining({ family: 'tool update', line: 3, name: '*', status: 'manual' }),
  );
});

it('ignores other calls with a callback', () => {
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
const server = new McpServer({ name: 'notes', version: '1' });
server.registerTool('find', {}, work);
ticker.update({ callback });
`;
  expect(plan({ 'src/index.ts': text }).tools.map(({ line }) => line)).toEqual([3]);
});

it('reports a dispatcher that it does not understand, but not a client', () => {
  const dispatcher = `const isCall = (m: Message) => m.method === 'tools/call';
export const answer = (m: Message) => (isCall(m) ? work(m) : undefined);
`;
  const { tools } = plan({ 'src/index.ts': dispatcher });
  expect(tools).toMatchObject([{ name: '*', file: 'src/index.ts', line: 1, status: 'manual' }]);
  const client = "export const call = (name: string) => send({ method: 'tools/call', params: { name } });\n";
  expect(plan({ 'src/index.ts': client }).tools).toEqual([]);
});

it('traces a tool class if no shared code runs it', () => {
  const text = `import { MCPTool } from 'mcp-framework';
export default class Weather extends MCPTool {
  name = 'weather';
  description = 'Get the weather';
  schema = {};
  async execute(input: { city: string }) {
    return input.city;
  }
}
`;
  expect(plan({ 'src/tools/Weather.ts': text }).tools).toMatchObject([
    { name: 'weather', status: 'planned' },
  ]);
});

it.each([
  [
    'passed without a variable',
    "export const handle = createMcpHandler(() => makeLibrary({ version: '1' }));",
    'makeLibrary',
  ],
  ['passed as a function', 'export const handle = createMcpHandler(makeLibrary);', 'makeLibrary'],
  ['a class', 'export const library = new LibraryMcp();', 'LibraryMcp'],
  ['tools for a server of ours', 'registerLibraryTools(server);', 'registerLibraryTools'],
])('reports tools of a package: %s', (_, code, made) => {
  const text = `import { createMcpHandler } from 'agents/mcp';
import { LibraryMcp, makeLibrary, registerLibraryTools } from '@library/mcp';
${code}
`;
  const [finding] = plan({ 'src/index.ts': text }).findings;
  expect(finding).toMatchObject({ rule: RULE, file: 'src/index.ts', line: 3 });
  expect(finding?.message).toContain(`\`${made}\` of \`@library/mcp\``);
});

const PROXY = "import { ProxyToSelf } from 'workers-mcp';\n";

it('traces a WorkerEntrypoint whose base is a class of another file', () => {
  const base = `${PROXY}import { WorkerEntrypoint } from 'cloudflare:workers';
export class Served extends WorkerEntrypoint { async fetch(request: Request) { return new ProxyToSelf(this).fetch(request); } }
`;
  const text = `import { Served } from './served';
export default class Tools extends Served { async add(a: number, b: number) { return a + b; } }
`;
  const { tools } = plan({ 'src/served.ts': base, 'src/index.ts': text });
  expect(tools).toMatchObject([{ name: 'add', file: 'src/index.ts', status: 'planned' }]);
});

it('reports a Worker whose base class is from a package', () => {
  const text = `import { McpEntrypoint } from '@library/worker';
export default class Tools extends McpEntrypoint { async add(a: number, b: number) { return a + b; } }
`;
  expect(plan({ 'src/index.ts': text }).tools).toMatchObject([{ name: '*', line: 2, status: 'manual' }]);
});

const ENTRIES = "open: { description: 'Open', inputSchema: {}, handler: async (a) => a }";

it.each([
  ['by a member', `const registry = { ${ENTRIES} };`, 'return registry[tool].handler(input);'],
  [
    'taken apart',
    `const registry = { ${ENTRIES} };`,
    'const { handler } = registry[tool]; return handler(input);',
  ],
  [
    'in a Map',
    "const registry = new Map([['open', { description: 'Open', inputSchema: {}, handler: async (a) => a }]]);",
    'const found = registry.get(tool); return found.handler(input);',
  ],
])('traces a registry without tools/call: %s', (_, registry, run) => {
  const text = `${registry}\nexport async function dispatch({ tool, input }) { ${run} }\n`;
  const { tools, changes } = plan({ 'src/index.js': text });
  expect(tools).toMatchObject([{ name: 'open', family: 'registry', status: 'planned' }]);
  expect(changes).toHaveLength(1);
});

it('decides at run time if the schema depends on a condition', () => {
  const text = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
const server = new McpServer({ name: 'notes', version: '1' });
server.registerTool('add', { ...(full ? { inputSchema: { text: z.string() } } : {}) }, async (args, extra) => work(args));
`;
  const [change] = plan({ 'src/index.ts': text }).changes;
  expect(
    change?.action === 'modify' &&
      change.edits.some((edit) => edit.text.replace(/\s+/g, '').includes("traceMcpTool('notes','add'")),
  ).toBe(true);
});
