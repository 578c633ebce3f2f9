/**
 * Records the data of real emitters: runs each one with our own model, and writes its OTLP/JSON to a folder.
 *
 *   node bench/loom/emitters.mjs <folder with node_modules> <folder to write to> [emitter…]
 *
 * In the first folder: npm i openai @arizeai/openinference-instrumentation-openai @traceloop/instrumentation-openai
 *   @opentelemetry/instrumentation-openai @pydantic/logfire-api ai4@npm:ai@4 ai5@npm:ai@5 ai7@npm:ai@7 @ai-sdk/otel zod
 *   @opentelemetry/{api,api-logs,context-async-hooks,exporter-trace-otlp-http,exporter-logs-otlp-http,sdk-trace-base,sdk-logs}
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [from, to, ...only] = process.argv.slice(2);
const fromFolder = createRequire(pathToFileURL(join(resolve(from), 'x.js')));
/** Loads it like a module of that folder. */
const loader = join(resolve(from), 'load-emitter.mjs');
writeFileSync(loader, 'export const load = (name) => import(name);\n');
const { load } = await import(pathToFileURL(loader));
const version = (name) =>
  JSON.parse(readFileSync(join(from, 'node_modules', name, 'package.json'), 'utf8')).version;

const { context, trace } = await load('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = await load('@opentelemetry/context-async-hooks');
const { BasicTracerProvider, SimpleSpanProcessor } = await load('@opentelemetry/sdk-trace-base');
const { OTLPTraceExporter } = await load('@opentelemetry/exporter-trace-otlp-http');
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** Answers like OpenAI, and accepts OTLP. */
const came = { traces: [], logs: [] };
const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
  }
  response.setHeader('content-type', 'application/json');
  if (request.url.startsWith('/v1/traces') || request.url.startsWith('/v1/logs')) {
    came[request.url.slice(4)].push(JSON.parse(text));
    response.end('{}');
    return;
  }
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 30,
    total_tokens: 130,
    prompt_tokens_details: { cached_tokens: 60 },
    completion_tokens_details: { reasoning_tokens: 10 },
  };
  const message = { role: 'assistant', content: 'Blue.' };
  response.end(
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'gpt-4o-2024-08-06',
      choices: [{ index: 0, finish_reason: 'stop', message }],
      usage,
    }),
  );
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const base = `http://127.0.0.1:${server.address().port}/v1`;

const exporter = new OTLPTraceExporter({ url: `${base}/traces` });
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);

async function askOpenAI(instrumentation) {
  const { default: OpenAI } = await load('openai');
  instrumentation.setTracerProvider(provider);
  instrumentation.manuallyInstrument(OpenAI);
  const client = new OpenAI({ baseURL: base, apiKey: 'test' });
  await client.chat.completions.create({
    model: 'gpt-4o',
    temperature: 0.4,
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Name a colour.' },
    ],
  });
}

async function askThroughAiSdk(name) {
  const ai = await load(name);
  const { z } = await load('zod');
  const isOld = name === 'ai4' || name === 'ai5';
  let calls = 0;
  const usage = {
    ai4: { promptTokens: 100, completionTokens: 30 },
    ai5: { inputTokens: 100, outputTokens: 30, totalTokens: 130, reasoningTokens: 10, cachedInputTokens: 60 },
    ai7: {
      inputTokens: { total: 100, noCache: 40, cacheRead: 60, cacheWrite: 0 },
      outputTokens: { total: 30, text: 20, reasoning: 10 },
    },
  }[name];
  const model = {
    specificationVersion: { ai4: 'v1', ai5: 'v2', ai7: 'v4' }[name],
    provider: 'openai.chat',
    modelId: 'gpt-4o',
    supportedUrls: {},
    defaultObjectGenerationMode: 'json',
    doGenerate: async () => {
      calls += 1;
      const reason = calls === 1 ? 'tool-calls' : 'stop';
      const finishReason = isOld ? reason : { unified: reason, raw: undefined };
      if (name === 'ai4') {
        const answer =
          calls === 1
            ? {
                toolCalls: [
                  {
                    toolCallType: 'function',
                    toolCallId: 'c1',
                    toolName: 'weather',
                    args: '{"city":"Rome"}',
                  },
                ],
              }
            : { text: 'Sunny.' };
        const providerMetadata = { openai: { cachedPromptTokens: 60, reasoningTokens: 10 } };
        return {
          ...answer,
          finishReason,
          usage,
          rawCall: { rawPrompt: null, rawSettings: {} },
          providerMetadata,
        };
      }
      const content =
        calls === 1
          ? [{ type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Rome"}' }]
          : [{ type: 'text', text: 'Sunny.' }];
      return { content, finishReason, usage, warnings: [] };
    },
  };
  const city = z.object({ city: z.string() });
  const weather = {
    description: 'The weather',
    parameters: city,
    inputSchema: city,
    execute: async () => ({ t: 21 }),
  };
  const metadata = { userId: 'user-1', sessionId: 'session-1', tags: ['beta'], plan: 'pro' };
  const telemetry = { isEnabled: true, functionId: 'answer', metadata };
  if (name === 'ai7') {
    const { OpenTelemetry } = await load('@ai-sdk/otel');
    ai.registerTelemetry(new OpenTelemetry());
  }
  await ai.generateText({
    model,
    prompt: 'Weather in Rome?',
    temperature: 0.4,
    tools: { weather },
    maxSteps: 3,
    ...(ai.stepCountIs ? { stopWhen: ai.stepCountIs(3) } : {}),
    ...(name === 'ai7' ? { telemetry } : { experimental_telemetry: telemetry }),
  });
}

const EMITTERS = {
  'openinference-openai': {
    packages: ['@arizeai/openinference-instrumentation-openai'],
    run: async () => {
      const { OpenAIInstrumentation } = await load('@arizeai/openinference-instrumentation-openai');
      await askOpenAI(new OpenAIInstrumentation());
    },
  },
  'traceloop-openai': {
    packages: ['@traceloop/instrumentation-openai'],
    run: async () => {
      const { OpenAIInstrumentation } = await load('@traceloop/instrumentation-openai');
      await askOpenAI(new OpenAIInstrumentation());
    },
  },
  'logfire-api': {
    packages: ['@pydantic/logfire-api'],
    run: async () => {
      const logfire = await load('@pydantic/logfire-api');
      logfire.configureLogfireApi?.({});
      await logfire.span('order {id}', { id: 12 }, { tags: ['night'] }, async () =>
        logfire.warning('late {minutes}', { minutes: 5 }),
      );
    },
  },
  'ai-sdk-4': { packages: ['ai4'], run: () => askThroughAiSdk('ai4') },
  'ai-sdk-5': { packages: ['ai5'], run: () => askThroughAiSdk('ai5') },
  'ai-sdk-7': { packages: ['ai7', '@ai-sdk/otel'], run: () => askThroughAiSdk('ai7') },
  'otel-openai': {
    packages: ['@opentelemetry/instrumentation-openai'],
    run: async () => {
      const { OpenAIInstrumentation } = await load('@opentelemetry/instrumentation-openai');
      const { LoggerProvider, SimpleLogRecordProcessor } = await load('@opentelemetry/sdk-logs');
      const { OTLPLogExporter } = await load('@opentelemetry/exporter-logs-otlp-http');
      const logs = new LoggerProvider({
        processors: [
          new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${base}/logs` }) }),
        ],
      });
      const instrumentation = new OpenAIInstrumentation({ captureMessageContent: true });
      instrumentation.setLoggerProvider(logs);
      // It patches the module that `require` returns.
      instrumentation.setTracerProvider(provider);
      const [definition] = instrumentation.getModuleDefinitions?.() ?? instrumentation._modules ?? [];
      const exports = fromFolder('openai');
      definition.patch.call(instrumentation, exports, version('openai'));
      const client = new exports.OpenAI({ baseURL: base, apiKey: 'test' });
      await client.chat.completions.create({
        model: 'gpt-4o',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Name a colour.' },
        ],
      });
      await logs.forceFlush();
    },
  },
};

for (const [name, { packages, run }] of Object.entries(EMITTERS)) {
  if (only.length > 0 && !only.includes(name)) {
    continue;
  }
  came.traces = [];
  came.logs = [];
  await run();
  await provider.forceFlush();
  await new Promise((done) => setTimeout(done, 300));
  const resourceSpans = came.traces.flatMap((body) => body.resourceSpans);
  const resourceLogs = came.logs.flatMap((body) => body.resourceLogs);
  const recorded = {
    emitter: packages.map((of) => `${of} ${version(of)}`).join(', '),
    body: { resourceSpans },
    ...(resourceLogs.length > 0 ? { logs: { resourceLogs } } : {}),
  };
  writeFileSync(join(to, `${name}.json`), `${JSON.stringify(recorded, null, 1)}\n`);
  console.log(name, recorded.emitter, `${came.traces.length} exports`, `${came.logs.length} of logs`);
}
server.close();
process.exit(0);
