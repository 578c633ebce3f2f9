import { describe, expect, it } from 'vitest';
import { decodeExport } from '../../../packages/loom/src/receiver/decode.js';
import { startReceiver } from '../../../packages/loom/src/receiver/index.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import { MemoryTraceStore, type TraceStore } from '../../../packages/loom/src/receiver/store.js';
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

const stores: [string, () => TraceStore][] = [
  ['in memory', () => new MemoryTraceStore()],
  [
    'in SQLite',
    () => new SqliteTraceStore(project().db, { pricer: () => ({ micros: null, version: null }) }),
  ],
];
const orders: [string, (spans: unknown, events: readonly unknown[]) => unknown[]][] = [
  ['before the span', (spans, events) => [...events, spans]],
  ['after it', (spans, events) => [spans, ...events]],
  ['around it, and again', (spans, events) => [events[0], spans, ...events, spans, ...events]],
];

describe.each(stores)('messages that come as log records, %s', (_where, store) => {
  describe.each(orders)('%s', (_when, order) => {
    async function received(events: readonly unknown[]) {
      const receiver = await startReceiver({ store: store() });
      try {
        for (const body of order(exportOf(chat), events)) {
          const isLogs = 'resourceLogs' in (body as object);
          const answer = await post(receiver.url, isLogs ? '/v1/logs' : TRACES, body);
          expect([answer.status, await answer.json()]).toEqual([200, {}]);
        }
        return receiver.traces()[0]?.root;
      } finally {
        await receiver.close();
      }
    }

    it('one for each message (conventions 1.28 to 1.36)', async () => {
      expect(await received(messages)).toMatchObject({
        type: 'generation',
        input: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Is it late?' },
        ],
        output: { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'No.' } },
        usage: { input: 20, output: 6 },
      });
    });

    it('one for the request (conventions of today)', async () => {
      expect(await received(details)).toMatchObject({
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

it('messages of one moment keep the order in which they came', async () => {
  const { db } = project();
  const store = new SqliteTraceStore(db, { pricer: () => ({ micros: null, version: null }) });
  const receiver = await startReceiver({ store });
  try {
    const said = ['one', 'two', 'three', 'four', 'five'];
    for (const content of said) {
      await post(
        receiver.url,
        '/v1/logs',
        logs({ name: 'gen_ai.user.message', body: record({ content: text(content) }) }),
      );
    }
    await post(receiver.url, TRACES, exportOf(chat));
    expect(receiver.traces()[0]?.root?.input).toEqual(said.map((content) => ({ role: 'user', content })));
  } finally {
    await receiver.close();
  }
});

it('what names no span is refused by name, secrets are masked, and other logs are answered', async () => {
  const receiver = await startReceiver();
  try {
    const answer = await post(
      receiver.url,
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
        errorMessage: '1 GenAI events were not kept: they name no span',
      },
    });
    await post(receiver.url, TRACES, exportOf(chat));
    expect(receiver.traces()[0]?.root?.input).toEqual([{ role: 'user', content: 'my token=[masked]' }]);
  } finally {
    await receiver.close();
  }
});

it('they are deleted with their trace, and when it never comes', () => {
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
