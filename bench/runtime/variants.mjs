// One tool call with three observations (the call, a step, a model's answer), written for each library.

const WORK = `
const work = async () => { await 0; return { content: [{ type: 'text', text: '3' }] }; };
const answer = (result) => Response.json(result);
// Loaded, but not used: what a request that calls no tool waits for.
const isIdle = (request) => request.url.endsWith('/idle');`;

export const variants = {
  bare: {
    label: 'nothing (bare Worker)',
    source: `${WORK}
export default { async fetch(request) { return answer(await work()); } };`,
  },

  ours: {
    label: '@create-something/observability',
    source: `
import { createTrace, createSpan, createGeneration } from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
${WORK}
export default { async fetch(request) {
  if (isIdle(request)) return answer(await work());
  return answer(await createTrace({
    name: 'calculator:add', input: { a: 1, b: 2 }, metadata: mcpToolMetadata('calculator', 'add', 'transform'),
  }).run(async (trace) => {
    const span = createSpan(trace, { name: 'look up', input: { key: 'k' } });
    const result = await work();
    span.end('found');
    createGeneration(trace, { name: 'answer', model: 'm', input: [{ role: 'user', content: 'hi' }] })
      .end('hello', { input: 10, output: 20 });
    return result;
  }));
} };`,
  },

  request: {
    label: 'one request with such a body, and nothing else',
    source: `${WORK}
const attributes = (count) => Array.from({ length: count }, (_, at) => ({ key: 'langfuse.observation.metadata.' + at, value: { stringValue: 'transform' } }));
const span = (count) => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'calculator:add', kind: 1,
  startTimeUnixNano: '1764500000000000000', endTimeUnixNano: '1764500000001000000', attributes: attributes(count), status: {} });
const body = JSON.stringify({ resourceSpans: [{ resource: { attributes: attributes(3) }, scopeSpans: [{ scope: { name: 'x' }, spans: [span(14), span(5), span(8)] }] }] });
export default { async fetch(request, env, ctx) {
  const result = await work();
  if (isIdle(request)) return answer(result);
  ctx.waitUntil(fetch(env.LANGFUSE_BASE_URL + '/api/public/otel/v1/traces', { method: 'POST', body, headers: {
    'content-type': 'application/json', authorization: 'Basic ' + btoa(env.LANGFUSE_PUBLIC_KEY + ':' + env.LANGFUSE_SECRET_KEY) } })
    .then((response) => response.text()));
  return answer(result);
} };`,
  },

  v3: {
    label: 'langfuse 3.39.2',
    source: `
import { Langfuse } from 'langfuse';
${WORK}
let langfuse;
export default { async fetch(request, env, ctx) {
  if (isIdle(request)) return answer(await work());
  langfuse ??= new Langfuse({ publicKey: env.LANGFUSE_PUBLIC_KEY, secretKey: env.LANGFUSE_SECRET_KEY, baseUrl: env.LANGFUSE_BASE_URL });
  const trace = langfuse.trace({ name: 'calculator:add', input: { a: 1, b: 2 }, metadata: { 'ai_task.type': 'transform' } });
  const span = trace.span({ name: 'look up', input: { key: 'k' } });
  const result = await work();
  span.end({ output: 'found' });
  trace.generation({ name: 'answer', model: 'm', input: [{ role: 'user', content: 'hi' }] })
    .end({ output: 'hello', usageDetails: { input: 10, output: 20 } });
  trace.update({ output: result });
  trace.score({ name: 'success', value: 1 });
  ctx.waitUntil(langfuse.flushAsync());
  return answer(result);
} };`,
  },

  v5: {
    label: '@langfuse/tracing + otel 5.11.1',
    source: `
import { startObservation, setLangfuseTracerProvider } from '@langfuse/tracing';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
${WORK}
let processor;
export default { async fetch(request, env, ctx) {
  if (isIdle(request)) return answer(await work());
  if (!processor) {
    processor = new LangfuseSpanProcessor({ publicKey: env.LANGFUSE_PUBLIC_KEY, secretKey: env.LANGFUSE_SECRET_KEY, baseUrl: env.LANGFUSE_BASE_URL });
    setLangfuseTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
  }
  const root = startObservation('calculator:add', { input: { a: 1, b: 2 }, metadata: { task: 'transform' } }, { asType: 'tool' });
  const span = root.startObservation('look up', { input: { key: 'k' } });
  const result = await work();
  span.update({ output: 'found' }).end();
  root.startObservation('answer', { model: 'm', input: [{ role: 'user', content: 'hi' }], output: 'hello', usageDetails: { input: 10, output: 20 } }, { asType: 'generation' }).end();
  root.update({ output: result }).end();
  ctx.waitUntil(processor.forceFlush());
  return answer(result);
} };`,
  },
};

/** They are only built, not run, because they need an MCP server. */
export const sizeOnly = {
  everything: {
    label: 'ours, every export used',
    over: 'bare',
    source: `import * as all from '@create-something/observability';
export default { fetch(request) { return all[request.method](request); } };`,
  },
  mcp: {
    label: '(MCP SDK alone)',
    over: 'bare',
    source: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
export default { fetch() { return new Response(String(new McpServer({ name: 'a', version: '1' }))); } };`,
  },
  sentry: {
    label: "@sentry/cloudflare 11.0.0's MCP wrapper",
    over: 'mcp',
    source: `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as Sentry from '@sentry/cloudflare';
export default Sentry.withSentry((env) => ({ dsn: env.DSN, tracesSampleRate: 1 }), { fetch() {
  return new Response(String(Sentry.wrapMcpServerWithSentry(new McpServer({ name: 'a', version: '1' })))); } });`,
  },
};
