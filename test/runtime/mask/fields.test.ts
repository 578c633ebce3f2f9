import {
  createGeneration,
  createSpan,
  createTrace,
  logEvent,
  observeMessage,
  recordScore,
  type Trace,
} from '@create-something/observability';
import { expect, test } from 'vitest';
import { ALL_FORMS } from '../../../packages/observability/rules/generate.js';
import { NAMES } from '../../../packages/observability/rules/names.js';
import { SHAPES } from '../../../packages/observability/rules/shapes.js';
import { observed } from '../support/observed.js';
import { fill, randomFrom } from './examples.js';
import { PAIRS, SURROUNDINGS } from './surroundings.js';

const on = observed();

/** Each failure prints the seed. Set it here to repeat the run. */
const SEED = Date.now();
const random = randomFrom(SEED);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** Every place for a text of a program, a client or a response. */
const FIELDS: Record<string, (trace: Trace, text: string) => unknown> = {
  'name of a trace': (_, text) => createTrace({ name: text }).end(),
  'name of a span': (trace, text) => createSpan(trace, { name: text }).end(),
  input: (trace, text) => createSpan(trace, { name: 's', input: text }).end(),
  'input, nested': (trace, text) => createSpan(trace, { name: 's', input: { a: [{ b: text }] } }).end(),
  'key of the input': (trace, text) => createSpan(trace, { name: 's', input: { [text]: 1 } }).end(),
  'input in a Map': (trace, text) => createSpan(trace, { name: 's', input: new Map([['k', text]]) }).end(),
  output: (trace, text) => createSpan(trace, { name: 's' }).end(text),
  'output, nested': (trace, text) =>
    createSpan(trace, { name: 's' }).end({ content: [{ type: 'text', text }] }),
  'output, an Error': (trace, text) => createSpan(trace, { name: 's' }).end(new Error(text)),
  metadata: (trace, text) => createSpan(trace, { name: 's', metadata: { note: text } }).end(),
  'metadata, nested': (trace, text) => createSpan(trace, { name: 's', metadata: { a: { b: [text] } } }).end(),
  'key of metadata': (trace, text) => createSpan(trace, { name: 's', metadata: { [text]: 'x' } }).end(),
  statusMessage: (trace, text) => createSpan(trace, { name: 's', statusMessage: text }).end(),
  update: (trace, text) =>
    createSpan(trace, { name: 's' }).update({ output: text, statusMessage: text }).end(),
  userId: (_, text) => createTrace({ name: 't', userId: text }).end(),
  sessionId: (_, text) => createTrace({ name: 't', sessionId: text }).end(),
  tags: (_, text) => createTrace({ name: 't', tags: [text] }).end(),
  version: (_, text) => createTrace({ name: 't', version: text }).end(),
  'an error that is thrown': (_, text) => {
    const run = () =>
      createTrace({ name: 't' }).run(() => {
        throw new Error(text);
      });
    expect(run).toThrow();
  },
  'a result that is an error': (_, text) =>
    createTrace({ name: 't' }).run(() => ({ isError: true, content: [{ type: 'text', text }] })),
  'an error of JSON-RPC': (_, text) =>
    createTrace({ name: 't' }).run(() => ({
      jsonrpc: '2.0',
      id: 1,
      error: { code: 1, message: text, data: text },
    })),
  'body of a Response': (_, text) => createTrace({ name: 't' }).run(() => Response.json({ a: text })),
  model: (trace, text) => createGeneration(trace, { name: 'g', model: text }).end(),
  modelParameters: (trace, text) =>
    createGeneration(trace, { name: 'g', modelParameters: { stop: text } }).end(),
  'messages of a model': (trace, text) =>
    createGeneration(trace, { name: 'g', input: [{ role: 'user', content: text }] }).end(text),
  'kind of usage': (trace, text) => createGeneration(trace, { name: 'g' }).end('x', { [text]: 1 }),
  event: (trace, text) => logEvent(trace, { name: text, input: text, metadata: { text } }),
  'name of a score': (trace, text) => recordScore(trace, { name: text, value: 1 }),
  'value of a score': (trace, text) => recordScore(trace, { name: 's', value: text }),
  'comment of a score': (trace, text) => recordScore(trace, { name: 's', value: 1, comment: text }),
  'session of a score': (_, text) => recordScore({ sessionId: text }, { name: 's', value: 1 }),
  'id of a score': (trace, text) => recordScore(trace, { name: 's', value: 1, id: text }),
  _meta: (_, text) => createTrace({ name: 't', context: { _meta: metaOf(text) } }).end(),
  headers: (_, text) =>
    createTrace({ name: 't', context: { requestInfo: { headers: headersOf(text) } } }).end(),
  'the user of the request': (_, text) =>
    createTrace({
      name: 't',
      context: {
        requestId: text,
        sessionId: text,
        authInfo: { clientId: text, token: text, extra: { sub: text } },
      },
    }).end(),
  'name of an unknown tool': (_, text) => asked('tools/call', { name: text, arguments: { a: text } }),
  'address of a resource': (_, text) => asked('resources/read', { uri: text }),
  'arguments of a prompt': (_, text) => asked('prompts/get', { name: text, arguments: { [text]: text } }),
  'a method': (_, text) => asked(text, { a: text }),
  'who connects': (_, text) =>
    asked('initialize', { protocolVersion: text, clientInfo: { name: text, version: text } }),
  'a response that refuses': (_, text) =>
    observeMessage('calc', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'add' } }, () => ({
      error: { code: -32602, message: text },
    })),
};

const asked = (method: string, params: object) =>
  observeMessage('calc', { jsonrpc: '2.0', id: 1, method, params }, () => ({ result: {} }), {
    headers: {},
  });

const metaOf = (text: string) => ({
  'io.modelcontextprotocol/clientInfo': { name: text, version: text },
  'io.modelcontextprotocol/protocolVersion': text,
  'claudecode/toolUseId': text,
  'openai/subject': text,
  'openai/userAgent': text,
  'x-codex-turn-metadata': { turn_id: text, model: text, session_id: text },
  tracestate: text,
  baggage: text,
});

const headersOf = (text: string) =>
  Object.fromEntries(
    ['user-agent', 'mcp-session-id', 'mcp-protocol-version', 'cf-ray', 'tracestate', 'baggage', 'cookie'].map(
      (name) => [name, text],
    ),
  );

/** Sends a new text in every field, and returns the fields that leaked it. */
async function leaks(make: () => { text: string; needle: string }): Promise<string[]> {
  const planted: { field: string; text: string; needle: string }[] = [];
  on.langfuse.received.splice(0);
  createTrace({ name: 'fuzz' }).run((trace) => {
    for (const [field, put] of Object.entries(FIELDS)) {
      const one = make();
      planted.push({ field, ...one });
      put(trace, one.text);
    }
  });
  await on.scores();
  const sent = on.langfuse.received.map(({ text, headers }) => text + JSON.stringify(headers)).join('\n');
  // Each field must have sent something. Otherwise the test would show nothing.
  expect(sent.split('"spanId"').length).toBeGreaterThan(Object.keys(FIELDS).length - 5);
  return planted.filter(({ needle }) => sent.includes(needle)).map(({ field, text }) => `${field}: ${text}`);
}

/** After a digit, a card's number is another number. */
const skips = (id: string, place: string) => id === 'card' && place === 'after a digit';

test.each([...ALL_FORMS, ...SHAPES].map(({ id, must }) => [id, must] as const))(
  `%s does not leak through any field, in any context (seed ${SEED})`,
  async (id, must) => {
    const places = Object.entries(SURROUNDINGS).filter(([place]) => !skips(id, place));
    for (let round = 0; round < 3; round++)
      expect(
        await leaks(() => {
          const { text, needle } = fill(pick(must), random);
          const [, put] = pick(places);
          return { text: put(text), needle };
        }),
      ).toEqual([]);
  },
);

test.each(NAMES.filter(({ id }) => id !== 'query').map(({ id, must }) => [id, must] as const))(
  `the value of a name of %s does not leak through any field, in any spelling (seed ${SEED})`,
  async (id, must) => {
    for (let round = 0; round < 3; round++)
      expect(
        await leaks(() => {
          const value = fill(id === 'card' ? '<16d>' : 'a7<14>', random).text;
          return { text: pick(Object.values(PAIRS))(pick(must), value), needle: value };
        }),
      ).toEqual([]);
  },
);
