// `node bench/runtime/observed.mjs [--quick]`: measures the cost of observing a server, in one run on one machine. The
// server is an McpServer of SDK v1 in workerd, and each request is one tools/call. CPU is that of the whole process.
import { bundle, startBackend, startWorkerd } from './workerd.mjs';

const quick = process.argv.includes('--quick');
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

const server = (imports, make, handler) => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { z } from 'zod';
${imports}
const inputSchema = { a: z.number(), b: z.number() };
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const add = async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] });
const ask = (method, params) => new Request('http://worker.test/mcp', {
  method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
});
export default { async fetch(request) {
  const server = ${make};
  server.registerTool('add', { inputSchema }, ${handler});
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  await server.connect(transport);
  const isList = request.url.endsWith('/list') || request.url.endsWith('/idle');
  return transport.handleRequest(isList ? ask('tools/list', {}) : ask('tools/call', { name: 'add', arguments: { a: 1, b: 2 } }));
} };`;
const PLAIN = "new McpServer({ name: 'calc', version: '1' })";
const TRACED = "traceMcpTool('calc', 'add', 'transform', add)";
const OURS = "import { observeServer, traceMcpTool } from '@create-something/observability';";
const VARIANTS = {
  bare: server('', PLAIN, 'add'),
  traced: server(OURS, PLAIN, TRACED),
  observed: server(OURS, `observeServer(${PLAIN}, 'calc')`, TRACED),
};

for (const [name, source] of Object.entries(VARIANTS)) await bundle(`mcp-${name}`, source);
const backend = await startBackend();
const names = [...Object.keys(VARIANTS), 'bare-off', 'observed-off'];
const workers = {};
for (const name of names) {
  const isOff = name.endsWith('-off');
  workers[name] = await startWorkerd(`mcp-${name.replace('-off', '')}`, backend.url, {
    hasKeys: !isOff,
    config: name,
  });
}
const path = (name) => (name.endsWith('-off') ? '/list' : '/');
const latencies = Object.fromEntries(names.map((name) => [name, []]));
const cpu = Object.fromEntries(names.map((name) => [name, []]));
for (let i = 0; i < (quick ? 200 : 1500); i++) {
  for (const name of names.toSorted(() => Math.random() - 0.5)) {
    const began = performance.now();
    await workers[name].get(path(name));
    if (i >= 100) latencies[name].push(performance.now() - began);
  }
}
const count = quick ? 500 : 3000;
for (let round = 0; round < 5; round++) {
  for (const name of names.toSorted(() => Math.random() - 0.5)) {
    const before = workers[name].cpu();
    for (let i = 0; i < count; i++) await workers[name].get(path(name));
    await sleep(200);
    cpu[name].push((workers[name].cpu() - before) / count);
  }
}
console.log('| | latency, ms | CPU per request, ms |\n|---|---:|---:|');
for (const name of names)
  console.log(`| ${name} | ${median(latencies[name]).toFixed(3)} | ${median(cpu[name]).toFixed(3)} |`);
const share = (of) => ((of('observed') / of('traced') - 1) * 100).toFixed(0);
console.log(
  `observed over traced: latency ${share((n) => median(latencies[n]))} %, CPU ${share((n) => median(cpu[n]))} %`,
);
for (const worker of Object.values(workers)) await worker.stop();
backend.stop();
