import { describe, expect, it } from 'vitest';
import { assembleTrace } from '../../../packages/loom/src/receiver/assemble.js';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import type { ReceivedTrace } from '../../../packages/loom/src/receiver/trace.js';
import { exportOf, ROOT_ID, type SpanOptions, span, TRACE_ID } from './exports.js';

function traceOf(...spans: SpanOptions[]): ReceivedTrace {
  return assembleTrace(TRACE_ID, {
    spans: decodeExport(exportOf(...spans.map(span))),
    scores: [],
    duplicates: [],
  });
}

const id = (n: number) => n.toString(16).padStart(16, '0');

// Pure functions, which read no database. In workerd they run in every test that sends spans over HTTP.
describe('attributes', () => {
  it('are read by their Langfuse names, and parsed if they are JSON', () => {
    const trace = traceOf({
      attributes: {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.input': JSON.stringify([{ role: 'user', content: 'hi' }]),
        'langfuse.observation.output': 'plain {text',
        'langfuse.observation.model.name': 'claude-sonnet-4-20250514',
        'langfuse.observation.model.parameters': { temperature: 0 },
        'langfuse.observation.usage_details': { input: 150, output: 500, odd: 'x' },
        'langfuse.observation.cost_details': { total: 0.5 },
        'langfuse.observation.metadata.ai_task.type': 'generate',
        'langfuse.observation.metadata.limits': { a: 1 },
        'langfuse.trace.name': 'harness-mcp:get_priority',
        'langfuse.trace.tags': ['a', 'b'],
        'langfuse.trace.metadata.touchpoint.type': 'mcp_server',
        'user.id': 'u1',
        'session.id': 's1',
        'langfuse.environment': 'test',
        'http.method': 'POST',
      },
    });
    expect(trace).toMatchObject({
      name: 'harness-mcp:get_priority',
      userId: 'u1',
      sessionId: 's1',
      tags: ['a', 'b'],
      environment: 'test',
      metadata: { 'ai_task.type': 'generate', 'touchpoint.type': 'mcp_server', limits: { a: 1 } },
      input: [{ role: 'user', content: 'hi' }],
      output: 'plain {text',
      root: {
        type: 'generation',
        model: 'claude-sonnet-4-20250514',
        modelParameters: { temperature: 0 },
        usage: { input: 150, output: 500 },
        cost: { total: 0.5 },
        attributes: { 'http.method': 'POST' },
      },
    });
  });

  it('fall back to gen_ai names', () => {
    expect(
      traceOf({
        attributes: {
          'gen_ai.request.model': 'gpt-x',
          'gen_ai.usage.input_tokens': 3,
          'gen_ai.usage.output_tokens': 4,
        },
      }).root,
    ).toMatchObject({ type: 'generation', model: 'gpt-x', usage: { input: 3, output: 4 } });
  });

  it('detect an error from the level or from the OTLP status', () => {
    expect(traceOf({ status: { code: 2, message: 'boom' } })).toMatchObject({
      level: 'ERROR',
      statusMessage: 'boom',
    });
    expect(traceOf({ attributes: { 'langfuse.observation.level': 'WARNING' } }).level).toBe('WARNING');
  });

  it('keep microseconds of time', () => {
    const raw = span();
    raw.startTimeUnixNano = '1763800000000250000';
    raw.endTimeUnixNano = '1763800000001000000';
    const [decoded] = decodeExport(exportOf(raw));
    expect(decoded?.startMs).toBeCloseTo(1763800000000.25, 3);
    expect(decoded?.durationMs).toBeCloseTo(0.75, 3);
  });
});

describe('the tree', () => {
  it('places children under parents in order of start, whatever the order of arrival', () => {
    const trace = traceOf(
      { spanId: id(3), parentSpanId: id(2), name: 'grandchild', start: 1_763_800_000_003 },
      { spanId: id(4), parentSpanId: ROOT_ID, name: 'late', start: 1_763_800_000_009 },
      { spanId: id(2), parentSpanId: ROOT_ID, name: 'early', start: 1_763_800_000_001 },
      { name: 'root' },
    );
    expect(trace.root?.name).toBe('root');
    expect(trace.root?.children.map((child) => [child.name, child.children.map((c) => c.name)])).toEqual([
      ['early', ['grandchild']],
      ['late', []],
    ]);
  });

  it('uses the app root as root if its parent is elsewhere', () => {
    const trace = traceOf({
      parentSpanId: id(99),
      name: 'tool',
      attributes: { 'langfuse.internal.is_app_root': true, 'langfuse.observation.input': { a: 1 } },
    });
    expect([trace.root?.name, trace.input]).toEqual(['tool', { a: 1 }]);
  });

  it('has no root while only children have arrived, and hides none of them', () => {
    const trace = traceOf({ spanId: id(2), parentSpanId: ROOT_ID, name: 'orphan' });
    expect([trace.root, trace.observations.map((observation) => observation.name)]).toEqual([
      null,
      ['orphan'],
    ]);
  });

  it('survives spans that are each other’s parent', () => {
    const trace = traceOf({ spanId: id(1), parentSpanId: id(2) }, { spanId: id(2), parentSpanId: id(1) });
    expect(trace.root).toBeNull();
    expect(trace.observations.map((top) => [top.id, top.children.map((child) => child.id)])).toEqual([
      [id(1), [id(2)]],
    ]);
  });
});
