import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { generateText, stepCountIs, tool } from 'ai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Observation } from '../../../packages/loom/src/receiver/index.js';
import { tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';

const usage = {
  inputTokens: { total: 100, noCache: 40, cacheRead: 60, cacheWrite: 0 },
  outputTokens: { total: 30, text: 20, reasoning: 10 },
};

/** The parent of a new span, which OpenTelemetry leaves to its user. */
const current = new AsyncLocalStorage<Context>();
const contexts = {
  active: () => current.getStore() ?? ROOT_CONTEXT,
  with: (active: Context, fn: (...args: unknown[]) => unknown, self: unknown, ...args: unknown[]) =>
    current.run(active, () => fn.apply(self, args)),
  bind: (_active: Context, target: unknown) => target,
  enable: () => contexts,
  disable: () => contexts,
};

/** A model that first calls the tool and then responds. */
function model() {
  let calls = 0;
  return {
    specificationVersion: 'v3' as const,
    provider: 'openai.chat',
    modelId: 'gpt-4o',
    supportedUrls: {},
    doGenerate: async () => {
      calls += 1;
      return {
        content: [
          calls === 1
            ? {
                type: 'tool-call' as const,
                toolCallId: 'call-1',
                toolName: 'weather',
                input: '{"city":"Rome"}',
              }
            : { type: 'text' as const, text: 'Sunny.' },
        ],
        finishReason: { unified: calls === 1 ? ('tool-calls' as const) : ('stop' as const), raw: undefined },
        usage,
        warnings: [],
      };
    },
    doStream: async () => {
      throw new Error('not used');
    },
  };
}

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();

  it('the AI SDK with OpenTelemetry’s own exporter: the tokens of a tool loop count once', async () => {
    context.setGlobalContextManager(contexts as never);
    const provider = new BasicTracerProvider({
      spanProcessors: [
        new SimpleSpanProcessor(
          new OTLPTraceExporter({
            url: `${home.url}/v1/traces`,
            headers: { authorization: `Basic ${btoa('pk-lf-test:sk-lf-test')}` },
          }),
        ),
      ],
    });
    onTestFinished(async () => {
      context.disable();
      await provider.shutdown();
    });
    await generateText({
      model: model(),
      prompt: 'Weather in Rome?',
      temperature: 0.4,
      tools: {
        weather: tool({
          inputSchema: z.object({ city: z.string() }),
          execute: async () => ({ degrees: 21 }),
        }),
      },
      stopWhen: stepCountIs(3),
      experimental_telemetry: {
        isEnabled: true,
        functionId: 'answer',
        tracer: provider.getTracer('ai'),
        metadata: { userId: 'u-1', sessionId: 's-1', tags: ['beta'], plan: 'pro' },
      },
    });
    await provider.forceFlush();
    const [trace] = await tracesOf(home);
    expect(trace).toMatchObject({
      name: 'answer:ai.generateText',
      sessionId: 's-1',
      userId: 'u-1',
      tags: ['beta'],
      metadata: { plan: 'pro' },
      input: { prompt: 'Weather in Rome?' },
      output: 'Sunny.',
      root: { type: 'span', usage: null, model: 'gpt-4o' },
    });
    const call: Partial<Observation> = {
      type: 'generation',
      name: 'answer:ai.generateText.doGenerate',
      model: 'gpt-4o',
      usage: { input: 40, input_cached_tokens: 60, output: 20, output_reasoning_tokens: 10, total: 130 },
    };
    expect(trace?.root?.children).toMatchObject([
      { ...call, modelParameters: { temperature: 0.4 } },
      { type: 'tool', name: 'weather', input: { city: 'Rome' }, output: { degrees: 21 } },
      { ...call, output: 'Sunny.' },
    ]);
  });
});
