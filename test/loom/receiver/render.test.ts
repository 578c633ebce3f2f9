import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleTrace } from '../../../packages/loom/src/receiver/assemble.js';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { renderTrace } from '../../../packages/loom/src/receiver/render.js';
import { inspectText } from '../../../packages/loom/src/receiver/shorten.js';
import { exportOf, ROOT_ID, span, TRACE_ID } from './exports.js';

const trace = assembleTrace(TRACE_ID, {
  spans: decodeExport(
    exportOf(
      span({
        name: 'calculator:explain',
        durationMs: 23,
        attributes: {
          'langfuse.observation.input': { a: 1 },
          'langfuse.observation.output': { isError: true },
          'langfuse.observation.level': 'ERROR',
          'langfuse.observation.status_message': 'no such number',
          'langfuse.trace.metadata.ai_task.type': 'explain',
          'langfuse.trace.metadata.touchpoint.type': 'mcp_server',
          'langfuse.trace.metadata.touchpoint.mcp_server': 'calculator',
          'langfuse.trace.metadata.plan': 'free',
          'session.id': 's1',
        },
      }),
      span({
        spanId: '00f067aa0ba902b8',
        parentSpanId: ROOT_ID,
        name: 'workers-ai',
        durationMs: 1500,
        attributes: {
          'langfuse.observation.type': 'generation',
          'langfuse.observation.model.name': '@cf/meta/llama',
          'langfuse.observation.usage_details': { input: 11, output: 5 },
          'langfuse.observation.input': 'hi',
        },
      }),
    ),
  ),
  scores: [],
  duplicates: [],
});

// For the terminal of a laptop.
describe('a trace as text', () => {
  it('has name, duration, input, output, error, Atlas metadata, model and tokens', () => {
    expect(renderTrace(trace)).toBe(
      [
        '✗  calculator:explain  23 ms  trace 4bf92f35 · session s1',
        '├─ input      {"a":1}',
        '├─ output     {"isError":true}',
        '├─ error      no such number',
        '├─ atlas      ai_task.type=explain  touchpoint.type=mcp_server',
        '│             touchpoint.mcp_server=calculator',
        '├─ metadata   plan=free',
        '└─ generation workers-ai  @cf/meta/llama  1.50 s  11 in + 5 out tokens',
        '   └─ input      hi',
      ].join('\n'),
    );
  });

  it('has the same words in colour', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI escapes are what is taken out.
    expect(renderTrace(trace, { color: true }).replace(/\u001b\[\d+m/g, '')).toBe(renderTrace(trace));
  });

  it('escapes control and direction characters of a tool', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(inspectText(text, 40)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
    expect(inspectText('a\u001b[2Jb\u202e', 40)).toBe('a\\u{1b}[2Jb\\u{202e}');
  });

  it('is cut to the width', () => {
    expect(inspectText('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});
