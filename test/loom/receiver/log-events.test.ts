import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { type Receiver, startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import type { ReceivedTrace } from '../../../packages/loom/src/receiver/trace.js';
import { type Home, tracesOf } from '../homes/home.js';
import { HOMES } from '../homes/homes.js';
import { project } from '../project.js';
import { exportOf, post, ROOT_ID, span, TRACE_ID, TRACES } from './exports.js';

const json = JSON.stringify;
const START = 1_763_800_000_000;
const text = (stringValue: string) => ({ stringValue });
const record = (values: Record<string, unknown>) => ({
  kvlistValue: { values: Object.entries(values).map(([key, value]) => ({ key, value })) },
});

interface Logged {
  readonly name: string;
  readonly body?: unknown;
  readonly attributes?: Record<string, string>;
  /** Older SDKs have no field for the name. */
  readonly isOlder?: boolean;
  readonly at?: number;
  readonly spanId?: string;
}

function logs(...records: Logged[]) {
  return {
    resourceLogs: [
      {
        scopeLogs: [
          {
            logRecords: records.map(({ name, body, attributes = {}, isOlder, at = 0, spanId = ROOT_ID }) => ({
              timeUnixNano: '0',
              observedTimeUnixNano: `${START + at}000000`,
              ...(isOlder ? {} : { eventName: name }),
              traceId: TRACE_ID.toUpperCase(),
              spanId,
              ...(body === undefined ? {} : { body }),
              attributes: Object.entries({ ...attributes, ...(isOlder ? { 'event.name': name } : {}) }).map(
                ([key, value]) => ({ key, value: text(value) }),
              ),
            })),
          },
        ],
      },
    ],
  };
}

const chat = span({
  name: 'chat gpt-4o',
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 20,
    'gen_ai.usage.output_tokens': 6,
  },
});

const messages = [
  logs(
    {
      name: 'gen_ai.system.message',
      isOlder: true,
      attributes: { 'gen_ai.system': 'openai' },
      body: record({ content: text('Be brief.') }),
    },
    { name: 'gen_ai.user.message', at: 1, body: record({ content: text('Is it late?') }) },
  ),
  logs({
    name: 'gen_ai.choice',
    at: 2,
    body: record({
      index: { intValue: '0' },
      finish_reason: text('stop'),
      message: record({ role: text('assistant'), content: text('No.') }),
    }),
  }),
];
const details = [
  logs({
    name: 'gen_ai.client.inference.operation.details',
    attributes: {
      'gen_ai.input.messages': json([{ role: 'user', parts: [{ type: 'text', content: 'Is it late?' }] }]),
      'gen_ai.output.messages': json([{ role: 'assistant', parts: [] }]),
      'gen_ai.system_instructions': json([{ type: 'text', content: 'Be brief.' }]),
    },
  }),
];

const orders: [string, (spans: unknown, events: readonly unknown[]) => unknown[]][] = [
  ['before the span', (spans, events) => [...events, spans]],
  ['after it', (spans, events) => [spans, ...events]],
  ['around it, and again', (spans, events) => [events[0], spans, ...events, spans, ...events]],
];

interface Where {
  readonly url: string;
  readonly traces: () => Promise<ReceivedTrace[]>;
}

describe.each(orders)('messages that arrive as log records, %s', (_when, order) => {
  async function received({ url, traces }: Where, events: readonly unknown[]) {
    for (const body of order(exportOf(chat), events)) {
      const isLogs = 'resourceLogs' in (body as object);
      const answer = await post(url, isLogs ? '/v1/logs' : TRACES, body);
      expect([answer.status, await answer.json()]).toEqual([200, {}]);
    }
    return (await traces())[0]?.root;
  }
  const places: [string, () => () => Where][] = [
    ['memory', inMemory],
    ...HOMES.map(([name, open]): (typeof places)[number] => [name, () => inHome(open())]),
  ];

  describe.each(places)('on %s', (_name, open) => {
    const place = open();

    it('one for each message (conventions 1.28 to 1.36)', async () => {
      expect(await received(place(), messages)).toMatchObject({
        type: 'generation',
        input: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Is it late?' },
        ],
        output: { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'No.' } },
        usage: { input: 20, output: 6 },
      });
    });

    it('one for the request (current conventions)', async () => {
      expect(await received(place(), details)).toMatchObject({
        input: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', parts: [{ type: 'text', content: 'Is it late?' }] },
        ],
        output: [{ role: 'assistant', parts: [] }],
        usage: { input: 20, output: 6 },
      });
    });
  });
});

function inMemory(): () => Where {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());
  return () => ({ url: receiver.url, traces: async () => receiver.traces() });
}

function inHome(home: Home): () => Where {
  beforeEach(() => home.empty());
  return () => ({ url: home.url, traces: () => tracesOf(home) });
}

describe.each(HOMES)('on %s', (_name, open) => {
  const home = open();
  beforeEach(() => home.empty());

  it('messages of the same moment keep their order of arrival', async () => {
    const said = ['one', 'two', 'three', 'four', 'five'];
    for (const content of said) {
      await post(
        home.url,
        '/v1/logs',
        logs({ name: 'gen_ai.user.message', body: record({ content: text(content) }) }),
      );
    }
    await post(home.url, TRACES, exportOf(chat));
    expect((await tracesOf(home))[0]?.root?.input).toEqual(
      said.map((content) => ({ role: 'user', content })),
    );
  });

  it('a message without a span is reported, secrets are masked, and other logs are accepted', async () => {
    const answer = await post(
      home.url,
      '/v1/logs',
      logs(
        { name: 'gen_ai.user.message', spanId: '' },
        { name: 'gen_ai.user.message', body: record({ content: text(`my token=${'Ab1'.repeat(5)}`) }) },
        { name: 'codex.tool_result' },
      ),
    );
    expect(await answer.json()).toEqual({
      partialSuccess: {
        rejectedLogRecords: '1',
        errorMessage: '1 GenAI events were dropped, because they have no span id',
      },
    });
    await post(home.url, TRACES, exportOf(chat));
    expect((await tracesOf(home))[0]?.root?.input).toEqual([{ role: 'user', content: 'my token=[masked]' }]);
  });
});

// Of a laptop. A team's server deletes by cron: test/loom/server.
it('they are deleted with their trace, also if it never arrives', () => {
  let now = START;
  const { db } = project();
  const pricer = () => ({ micros: null, version: null });
  const keep = { traces: 1, days: 30 };
  const store = new SqliteTraceStore(db, { pricer, keep, now: () => now });
  const event = { name: 'gen_ai.user.message', atMs: START, attributes: {} };
  const left = () => db.all('SELECT trace_id FROM span_events ORDER BY seq').map((row) => row.trace_id);
  store.add({ events: [{ traceId: TRACE_ID, spanId: ROOT_ID, event }] });
  store.add({ events: [{ traceId: 'b'.repeat(32), spanId: ROOT_ID, event }] });
  store.add({ spans: decodeExport(exportOf(chat)) });
  store.add({ spans: decodeExport(exportOf(span({ traceId: 'c'.repeat(32) }))) });
  expect(left()).toEqual(['b'.repeat(32)]);
  now += 31 * 86_400_000;
  new SqliteTraceStore(db, { pricer, keep, now: () => now });
  expect(left()).toEqual([]);
});
