import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../../packages/loom/src/receiver/index.js';
import { tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { post } from './exports.js';

const usage = { input: 40, output: 20, input_cached_tokens: 60, output_reasoning_tokens: 10 };
const asked = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Name a colour.' },
];
const who = { sessionId: 'session-1', userId: 'user-1', tags: ['beta'] };

/** A loop of the AI SDK 4 and 5: a call, a tool, a call, inside one span that repeats their sum. */
const aiSdk = (used: object) => ({
  trace: { name: 'answer:ai.generateText', ...who, metadata: { plan: 'pro' } },
  observations: [
    ['span', 'answer:ai.generateText', { model: 'gpt-4o', usage: null, output: 'Sunny.' }],
    ['generation', 'answer:ai.generateText.doGenerate', { model: 'gpt-4o', usage: used }],
    ['tool', 'weather', { input: { city: 'Rome' }, output: { t: 21 }, usage: null }],
    ['generation', 'answer:ai.generateText.doGenerate', { output: 'Sunny.', usage: used }],
  ],
});
/** Version 7 sends the GenAI conventions. The steps contain the calls. */
const aiSdk7 = {
  trace: { name: 'invoke_agent gpt-4o' },
  observations: [
    ['agent', 'invoke_agent gpt-4o', { model: null, usage: null }],
    ['span', 'step 1', { model: null, usage: null }],
    ['generation', 'chat gpt-4o', { usage: { input: 40, output: 30, input_cached_tokens: 60 } }],
    ['tool', 'weather', { input: { city: 'Rome' }, output: { t: 21 } }],
    ['span', 'step 2', { usage: null }],
    ['generation', 'chat gpt-4o', { modelParameters: { temperature: 0.4 } }],
  ],
};

const EXPECTED: Record<string, { trace: object; observations: unknown[] }> = {
  'ai-sdk-4.json': aiSdk(usage),
  // Its spans have neither cached nor reasoning tokens.
  'ai-sdk-5.json': aiSdk({ input: 100, output: 30 }),
  'ai-sdk-7.json': aiSdk7,
  'logfire-api.json': {
    trace: { name: 'order 12', tags: ['night'] },
    observations: [
      ['span', 'order 12', { level: 'DEFAULT', attributes: { id: 12 } }],
      ['span', 'late 5', { level: 'WARNING' }],
    ],
  },
  'openinference-openai.json': {
    trace: {},
    observations: [
      [
        'generation',
        'OpenAI Chat Completions',
        {
          model: 'gpt-4o-2024-08-06',
          input: { model: 'gpt-4o', temperature: 0.4, messages: asked },
          modelParameters: { temperature: 0.4 },
          usage: { ...usage, total: 130 },
        },
      ],
    ],
  },
  'traceloop-openai.json': {
    trace: {},
    observations: [
      [
        'generation',
        'chat gpt-4o',
        {
          model: 'gpt-4o-2024-08-06',
          input: asked.map(({ role, content }) => ({ role, parts: [{ type: 'text', content }] })),
          output: [{ role: 'assistant', finish_reason: 'stop', parts: [{ type: 'text', content: 'Blue.' }] }],
          modelParameters: { temperature: 0.4 },
          usage: { input: 100, output: 30, total: 130 },
        },
      ],
    ],
  },
  // Its messages arrive only as log records.
  'otel-openai.json': {
    trace: {},
    observations: [
      [
        'generation',
        'chat gpt-4o',
        {
          model: 'gpt-4o-2024-08-06',
          input: asked,
          output: { index: 0, finish_reason: 'stop', message: { content: 'Blue.' } },
          usage: { input: 100, output: 30 },
        },
      ],
    ],
  },
};

const flat = (observations: readonly Observation[]): Observation[] =>
  observations.flatMap((one) => [one, ...flat(one.children)]);

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());

  it.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    const recorded = JSON.parse(readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8'));
    expect(recorded.emitter).toMatch(/ \d+\.\d+\.\d+/);
    if (recorded.logs) {
      expect((await post(home.url, '/v1/logs', recorded.logs)).status).toBe(200);
    }
    expect((await post(home.url, '/v1/traces', recorded.body)).status).toBe(200);
    const [trace, ...others] = await tracesOf(home);
    expect(others).toEqual([]);
    expect(trace).toMatchObject(expected.trace);
    expect(
      flat(trace?.observations ?? []).map(({ type, name: of, ...rest }) => [type, of, rest]),
    ).toMatchObject(expected.observations);
  });
});

it('each recording has an expectation', () => {
  const files = readdirSync(new URL('recorded/', import.meta.url)).filter((name) => name.endsWith('.json'));
  expect(files.sort()).toEqual(Object.keys(EXPECTED).sort());
});
