import { LangfuseSpanProcessor } from '@langfuse/otel';
import { setLangfuseTracerProvider, startObservation } from '@langfuse/tracing';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Langfuse } from 'langfuse';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../../packages/loom/src/receiver/trace.js';
import { mcpToolMetadata } from '../../../packages/observability/src/atlas.js';
import {
  createGeneration,
  createTrace,
  initObservability,
  recordScore,
  shutdownObservability,
} from '../../../packages/observability/src/index.js';
import { get, tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';

/** $3 for a million tokens in, $15 out. */
const COST = 150 * 3 + 500 * 15;
const KEYS = { publicKey: 'pk-lf-test', secretKey: 'sk-lf-test' };

/** A tree as indented lines of type and name. */
const outline = (observations: readonly Observation[], indent = ''): string[] =>
  observations.flatMap((of) => [`${indent}${of.type} ${of.name}`, ...outline(of.children, `${indent}  `)]);

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());

  it('langfuse v3: unchanged code works with only another base URL', async () => {
    const langfuse = new Langfuse({ ...KEYS, baseUrl: home.url });
    const trace = langfuse.trace({
      id: 'my trace/1',
      name: 'harness-mcp:get_priority',
      userId: 'u1',
      sessionId: 's1',
      tags: ['a'],
      metadata: { 'touchpoint.mcp_server': 'harness-mcp', 'ai_task.skill': 'get_priority' },
      input: { id: 7 },
    });
    const span = trace.span({ name: 'lookup', input: 'SELECT' });
    const generation = span.generation({
      name: 'claude-completion',
      model: 'claude-sonnet-4-20250514',
      modelParameters: { temperature: 0 },
      input: [{ role: 'user', content: 'hi' }],
      usage: { promptTokens: 1, completionTokens: 1 },
    });
    generation.end({ output: 'hello', usage: { input: 150, output: 500 } });
    // Its own times have milliseconds, and it sends in the order of its queue.
    span.event({ name: 'cache-miss', level: 'WARNING', startTime: new Date(Date.now() + 5) });
    span.update({ metadata: { rows: 3 } });
    span.end({ output: 'done' });
    trace.score({ name: 'quality', value: 0.9, comment: 'good' });
    trace.update({ output: { priority: 1 }, tags: ['b'] });
    await langfuse.flushAsync();
    await langfuse.shutdownAsync();

    const [kept, ...others] = await tracesOf(home);
    expect(others).toEqual([]);
    expect(outline(kept?.observations ?? [])).toEqual([
      'span harness-mcp:get_priority',
      '  span lookup',
      '    generation claude-completion',
      '    event cache-miss',
    ]);
    const lookup = kept?.root?.children[0];
    expect(lookup).toMatchObject({ input: 'SELECT', output: 'done', metadata: { rows: 3 } });
    expect(lookup?.children[0]).toMatchObject({
      model: 'claude-sonnet-4-20250514',
      modelParameters: { temperature: 0 },
      input: [{ role: 'user', content: 'hi' }],
      output: 'hello',
      usage: { input: 150, output: 500 },
    });
    expect(lookup?.children[1]).toMatchObject({ level: 'WARNING', durationMs: 0 });
    expect(kept).toMatchObject({
      id: 'my trace/1',
      name: 'harness-mcp:get_priority',
      input: { id: 7 },
      output: { priority: 1 },
      userId: 'u1',
      sessionId: 's1',
      tags: ['a', 'b'],
      duplicates: [],
      scores: [{ name: 'quality', value: 0.9, comment: 'good' }],
    });
    expect(await get(home, 'SELECT * FROM traces')).toMatchObject({
      server: 'harness-mcp',
      tool: 'get_priority',
      observations: 4,
      generations: 1,
      tokens: 650,
      cost_micros: COST,
      failed: 0,
    });
  });

  it('langfuse v5: the OTLP of its span processor, with tree, usage and trace fields', async () => {
    const provider = new BasicTracerProvider({
      spanProcessors: [new LangfuseSpanProcessor({ ...KEYS, baseUrl: home.url, environment: 'test' })],
    });
    setLangfuseTracerProvider(provider);
    const root = startObservation('harness-mcp:get_priority', { input: { id: 7 } }, { asType: 'tool' });
    // The same as propagateAttributes, which requires a context manager.
    root.otelSpan.setAttributes({
      'user.id': 'u1',
      'session.id': 's1',
      'langfuse.trace.tags': ['a'],
      'langfuse.trace.metadata.team': 'x',
    });
    const generation = root.startObservation(
      'claude-completion',
      {
        model: 'claude-sonnet-4-20250514',
        input: [{ role: 'user', content: 'hi' }],
        usageDetails: { input: 150, output: 500 },
        metadata: { attempt: 1 },
      },
      { asType: 'generation' },
    );
    generation.update({ output: 'hello', level: 'ERROR', statusMessage: 'cut off' }).end();
    root.update({ output: { priority: 1 } }).end();
    await provider.forceFlush();
    await provider.shutdown();
    setLangfuseTracerProvider(null);

    const [trace] = await tracesOf(home);
    expect(outline(trace?.observations ?? [])).toEqual([
      'tool harness-mcp:get_priority',
      '  generation claude-completion',
    ]);
    expect(trace).toMatchObject({
      input: { id: 7 },
      output: { priority: 1 },
      userId: 'u1',
      sessionId: 's1',
      tags: ['a'],
      environment: 'test',
      metadata: { team: 'x' },
    });
    expect(trace?.root?.children[0]).toMatchObject({
      model: 'claude-sonnet-4-20250514',
      usage: { input: 150, output: 500 },
      level: 'ERROR',
      statusMessage: 'cut off',
      metadata: { attempt: 1 },
    });
    expect(await get(home, 'SELECT failed, tokens, cost_micros FROM traces')).toEqual({
      failed: 1,
      tokens: 650,
      cost_micros: COST,
    });
  });

  it('our own runtime', async () => {
    initObservability({ ...KEYS, baseUrl: home.url });
    const trace = createTrace({
      name: 'harness-mcp:get_priority',
      metadata: mcpToolMetadata('harness-mcp', 'get_priority', 'orchestrate'),
      input: { id: 7 },
    });
    const generation = createGeneration(trace, {
      name: 'claude-completion',
      model: 'claude-sonnet-4-20250514',
    });
    generation.end('hello', { input: 150, output: 500 });
    recordScore(trace, { name: 'quality', value: 0.9 });
    await shutdownObservability();

    const [kept] = await tracesOf(home);
    expect(outline(kept?.observations ?? [])).toEqual([
      'tool harness-mcp:get_priority',
      '  generation claude-completion',
    ]);
    expect(kept?.scores).toMatchObject([{ name: 'quality', value: 0.9 }]);
    expect(
      await get(home, 'SELECT server, tool, tokens, duplicates FROM traces, observations LIMIT 1'),
    ).toEqual({
      server: 'harness-mcp',
      tool: 'get_priority',
      tokens: 650,
      duplicates: 0,
    });
  });

  it('OpenTelemetry’s own protobuf exporter, compressed, with every kind of attribute', async () => {
    const exporter = new OTLPTraceExporter({
      url: `${home.url}/api/public/otel/v1/traces`,
      headers: { authorization: `Basic ${btoa(`${KEYS.publicKey}:${KEYS.secretKey}`)}` },
      compression: 'gzip' as never,
    });
    const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    const span = provider.getTracer('someone').startSpan('GET /', {
      startTime: [1_763_800_000, 123_456_000],
      attributes: {
        text: 'ä😀',
        whole: -42,
        part: 0.5,
        yes: true,
        list: ['a', 'b'],
        'langfuse.observation.input': '{"a":[1,2]}',
      },
    });
    span.setStatus({ code: 2, message: 'boom' });
    span.end([1_763_800_000, 125_956_000]);
    await provider.forceFlush();
    await provider.shutdown();

    const { spanId, traceId } = span.spanContext();
    expect(await tracesOf(home)).toMatchObject([
      {
        id: traceId,
        level: 'ERROR',
        statusMessage: 'boom',
        root: {
          id: spanId,
          name: 'GET /',
          startMs: 1_763_800_000_123.456,
          durationMs: 2.5,
          scope: 'someone',
          input: { a: [1, 2] },
          attributes: { text: 'ä😀', whole: -42, part: 0.5, yes: true, list: ['a', 'b'] },
          resource: { 'telemetry.sdk.language': 'nodejs' },
        },
      },
    ]);
  });
});
