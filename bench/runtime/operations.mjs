// `node bench/runtime/operations.mjs [calls]`: the eight operations of MCP with each peer, and the cost of a successful
// call. Each peer has its own process, with SDK v1 in memory, and sends everything to a server on 127.0.0.1. The peers
// are installed into bench/runtime/.tmp/peers, which git ignores.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const self = fileURLToPath(import.meta.url);
const folder = join(dirname(self), '.tmp/peers');
const PEERS = [
  '@sentry/node@11.12.0',
  '@posthog/mcp@0.16.3',
  'posthog-node',
  'agentcat@1.0.1',
  'autotel-mcp-instrumentation@56.0.0',
  'autotel',
  '@opentelemetry/api@1.10.0',
  '@opentelemetry/sdk-trace-base@2.12.1',
  '@modelcontextprotocol/sdk@1.32.2',
  'zod@4',
];
const NAMES = ['nothing', 'ours', 'sentry', 'posthog', 'agentcat', 'autotel'];
const OPERATIONS = [
  'initialize',
  'tools/list',
  'good call',
  'wrong argument',
  'missing argument',
  'unknown tool',
  'resources/read',
  'prompts/get',
];

/** Each one returns functions that set up a server and count the records so far. */
const SUBJECTS = {
  nothing: () => ({ wrap: (server) => server, count: () => 0 }),

  async ours(url) {
    const { getClient, initObservability, observeServer, traceMcpTool } = await import(
      '@create-something/observability'
    );
    initObservability({ publicKey: 'pk', secretKey: 'sk', baseUrl: url });
    return {
      wrap: (server) => observeServer(server, 'calc'),
      handler: (fn) => traceMcpTool('calc', 'add', 'transform', fn),
      async count() {
        await getClient().flush();
        return undefined;
      },
    };
  },

  async sentry(_, load) {
    const Sentry = await load('@sentry/node');
    let records = 0;
    Sentry.init({ dsn: 'http://key@127.0.0.1:9/1', tracesSampleRate: 1, defaultIntegrations: false });
    // Its spans have no names here, so the notification after `initialize` counts too.
    Sentry.getClient().on('spanEnd', () => records++);
    return {
      wrap: (server) => Sentry.wrapMcpServerWithSentry(server),
      isEarly: true,
      async count() {
        await Sentry.flush(50);
        return records;
      },
    };
  },

  async posthog(_, load) {
    const { instrument } = await load('@posthog/mcp');
    let records = 0;
    const client = new Proxy(
      {},
      {
        get: (_, key) =>
          key === 'capture'
            ? ({ event }) => void (/^\$mcp/.test(event) && records++)
            : key === 'then'
              ? undefined
              : () => client,
      },
    );
    return {
      wrap(server) {
        instrument(server, client);
        return server;
      },
      count: () => records,
    };
  },

  async agentcat(url, load) {
    const agentcat = await load('agentcat');
    let records = 0;
    const redactEvent = (event) => {
      if (/^mcp:/.test(event.eventType)) records++;
      return event;
    };
    return {
      wrap(server) {
        agentcat.track(server, 'proj_1', {
          apiBaseUrl: url,
          disableDiagnostics: true,
          redactEvent,
          enableReportMissing: false,
          enableToolCallContext: false,
        });
        return server;
      },
      count: () => records,
    };
  },

  async autotel(_, load) {
    const { BasicTracerProvider, SimpleSpanProcessor } = await load('@opentelemetry/sdk-trace-base');
    const { trace } = await load('@opentelemetry/api');
    const { instrumentMcpServer } = await load('autotel-mcp-instrumentation/server');
    let records = 0;
    const exporter = {
      export(spans, done) {
        records += spans.filter(({ kind }) => kind === 1).length;
        done({ code: 0 });
      },
      shutdown: async () => {},
    };
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    return { wrap: (server) => instrumentMcpServer(server, {}), isEarly: true, count: () => records };
  },
};

if (process.send) await measure(process.argv[2], Number(process.argv[3]), process.argv[4]);
else await compare(Number(process.argv[2] ?? 3000));

async function compare(calls) {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'node_modules/autotel'))) {
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    const flags = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...flags, ...PEERS], { cwd: folder });
  }
  // In another process than the measured one.
  let spans = 0;
  const backend = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    spans += text.split('"spanId"').length - 1;
    response.end(request.url === '/count' ? String(spans) : '{}');
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const url = `http://127.0.0.1:${backend.address().port}`;
  const results = {};
  for (const name of NAMES) {
    const child = fork(self, [name, String(calls), url], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    [results[name]] = await once(child, 'message');
    child.kill();
  }
  backend.close();
  console.log(`| | ${NAMES.join(' | ')} |\n|---|${'---:|'.repeat(NAMES.length)}`);
  for (const [at, operation] of OPERATIONS.entries())
    console.log(`| ${operation} | ${NAMES.map((name) => results[name].counts?.[at] ?? '-').join(' | ')} |`);
  for (const what of ['latency', 'cpu'])
    console.log(
      `| ${what} of a good call, µs | ${NAMES.map((name) => results[name][what]?.toFixed(0) ?? results[name].error).join(' | ')} |`,
    );
}

async function measure(name, calls, url) {
  const require = createRequire(join(folder, 'package.json'));
  const load = (path) => import(pathToFileURL(require.resolve(path)).href);
  try {
    const subject = await SUBJECTS[name](url, load);
    const { McpServer } = await load('@modelcontextprotocol/sdk/server/mcp.js');
    const { Client } = await load('@modelcontextprotocol/sdk/client/index.js');
    const { InMemoryTransport } = await load('@modelcontextprotocol/sdk/inMemory.js');
    const { z } = await load('zod');
    const records = async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return (await subject.count()) ?? Number(await (await fetch(`${url}/count`)).text());
    };
    let server = new McpServer({ name: 'calc', version: '1' });
    if (subject.isEarly) server = subject.wrap(server);
    const add = async ({ a }) => ({ content: [{ type: 'text', text: String(a) }] });
    server.registerTool('add', { inputSchema: { a: z.number() } }, subject.handler?.(add) ?? add);
    server.registerResource('note', 'note://1', {}, async (uri) => ({
      contents: [{ uri: uri.href, text: 'hi' }],
    }));
    server.registerPrompt('ask', { argsSchema: { x: z.string() } }, async ({ x }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: x } }],
    }));
    if (!subject.isEarly) server = subject.wrap(server);
    const client = new Client({ name: 'probe', version: '9' });
    const [near, far] = InMemoryTransport.createLinkedPair();
    const operations = [
      () => Promise.all([server.connect(far), client.connect(near)]),
      () => client.listTools(),
      () => client.callTool({ name: 'add', arguments: { a: 1 } }),
      () => client.callTool({ name: 'add', arguments: { a: 'one' } }),
      () => client.callTool({ name: 'add', arguments: {} }),
      () => client.callTool({ name: 'subtract', arguments: {} }),
      () => client.readResource({ uri: 'note://1' }),
      () => client.getPrompt({ name: 'ask', arguments: { x: '1' } }),
    ];
    const counts = [];
    for (const operation of operations) {
      const before = await records();
      await operation().catch(() => {});
      counts.push((await records()) - before);
    }
    const good = () => client.callTool({ name: 'add', arguments: { a: 1 } });
    for (let i = 0; i < 500; i++) await good();
    const cpu = process.cpuUsage();
    const began = performance.now();
    for (let i = 0; i < calls; i++) await good();
    const latency = ((performance.now() - began) * 1000) / calls;
    await records();
    const { user, system } = process.cpuUsage(cpu);
    process.send({ counts, latency, cpu: (user + system) / calls });
  } catch (error) {
    process.send({ error: String(error.message).slice(0, 80) });
  }
}
