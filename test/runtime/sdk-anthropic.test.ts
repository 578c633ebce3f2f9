import { expect, test } from 'vitest';
import { type Any, modelSdk } from './support/model-sdk.js';

const both = modelSdk(
  'anthropic',
  '@anthropic-ai/sdk',
  ({ Anthropic }, url, fetch) => new Anthropic({ apiKey: 'test', baseURL: url, maxRetries: 0, fetch }),
);

const MESSAGES = [{ role: 'user', content: 'Weather in Paris?' }];
const ASKED = {
  model: 'claude-x',
  max_tokens: 2000,
  messages: MESSAGES,
  thinking: { type: 'enabled', budget_tokens: 1024 },
};
const CONTENT = [
  { type: 'thinking', thinking: 'It is in France.', signature: 'sig' },
  { type: 'text', text: 'Let me see.' },
  { type: 'tool_use', id: 'tool-1', name: 'weather', input: { city: 'Paris' } },
];
const USAGE = {
  input_tokens: 100,
  cache_read_input_tokens: 40,
  cache_creation_input_tokens: 7,
  output_tokens: 30,
  output_tokens_details: { thinking_tokens: 10 },
};
const ANSWER = {
  id: 'msg-1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x-2026',
  content: CONTENT,
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: USAGE,
};

const delta = (index: number, change: object) => ({ type: 'content_block_delta', index, delta: change });
const block = (index: number, content_block: object, ...changes: object[]) => [
  { type: 'content_block_start', index, content_block },
  ...changes.map((change) => delta(index, change)),
  { type: 'content_block_stop', index },
];
const EVENTS = [
  {
    type: 'message_start',
    message: { ...ANSWER, content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } },
  },
  { type: 'ping' },
  ...block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'It is in France.' },
    { type: 'signature_delta', signature: 'sig' },
  ),
  ...block(
    1,
    { type: 'text', text: '' },
    { type: 'text_delta', text: 'Let me' },
    { type: 'text_delta', text: ' see.' },
  ),
  ...block(
    2,
    { type: 'tool_use', id: 'tool-1', name: 'weather', input: {} },
    { type: 'input_json_delta', partial_json: '{"city":' },
    { type: 'input_json_delta', partial_json: '"Paris"}' },
  ),
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { ...USAGE, input_tokens: null, cache_read_input_tokens: null },
  },
  { type: 'message_stop' },
];

const GENERATION = {
  name: 'messages.create',
  model: 'claude-x-2026',
  input: MESSAGES,
  parameters: { max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1024 } },
  usage: {
    input: 100,
    output: 20,
    output_reasoning_tokens: 10,
    cache_read_input_tokens: 40,
    cache_creation_input_tokens: 7,
  },
};
const STREAMED = { ...GENERATION, output: 'Let me see.weather{"city":"Paris"}', streamed: true };

const apis: [string, (client: Any) => Any][] = [
  ['messages', ({ messages }) => messages],
  ['beta.messages', ({ beta }) => beta.messages],
];

test.each(apis)('%s.create: thinking, text, a tool call, tokens from the cache', async (name, api) => {
  const { seen, generations } = await both([{ json: ANSWER }], (client) => api(client).create(ASKED));
  expect(seen).toMatchObject([{ content: CONTENT }]);
  expect(generations).toEqual([
    expect.objectContaining({ ...GENERATION, name: `${name}.create`, output: CONTENT, streamed: false }),
  ]);
});

test.each(apis)('%s.create with stream: the same events, and one generation', async (name, api) => {
  const { seen, generations } = await both([{ events: EVENTS }], async (client, see) => {
    for await (const event of await api(client).create({ ...ASKED, stream: true })) see(event);
  });
  expect(seen.length).toBe(EVENTS.length);
  expect(generations).toMatchObject([{ ...STREAMED, name: `${name}.create` }]);
});

test.each(apis)('%s.stream: its events, its final message, one generation', async (name, api) => {
  const { seen, generations } = await both([{ events: EVENTS }], async (client, see) => {
    const stream = api(client)
      .stream(ASKED)
      .on('text', (_: string, all: string) => see(all))
      .on('inputJson', (_: string, all: object) => see({ ...all }))
      .on('end', () => see('end'));
    for await (const event of stream) see(event.type);
    return (await stream.finalMessage()).content;
  });
  expect(seen).toEqual(expect.arrayContaining(['Let me see.', { city: 'Paris' }, 'message_stop', 'end']));
  expect(seen.at(-1)).toMatchObject(CONTENT);
  expect(generations).toEqual([expect.objectContaining({ ...STREAMED, name: `${name}.create` })]);
});

test.each(apis)('%s.parse: the parsed answer, once', async (name, api) => {
  const format = { type: 'json_schema', schema: {}, parse: (said: string) => JSON.parse(said) };
  const json = { ...ANSWER, content: [{ type: 'text', text: '{"sky":"blue"}' }] };
  const { seen, generations } = await both([{ json }], (client) =>
    api(client).parse({ ...ASKED, output_config: { format } }),
  );
  expect(seen).toMatchObject([{ parsed_output: { sky: 'blue' } }]);
  expect(generations).toMatchObject([{ ...GENERATION, name: `${name}.parse`, input: {} }]);
});

const OVERLOADED = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
const failing: [string, (client: Any) => unknown][] = [
  ['create', ({ messages }) => messages.create(ASKED)],
  ['stream', ({ messages }) => messages.stream(ASKED).finalMessage()],
];

test.each(failing)('%s: a 529 response is an error of the program and the generation', async (_, ask) => {
  const { seen, generations } = await both([{ status: 529, json: OVERLOADED }], ask);
  expect(seen).toMatchObject([{ status: 529 }]);
  expect(generations).toMatchObject([{ level: 'ERROR', says: expect.stringContaining('Overloaded') }]);
});

test('stream: an error between its events is an error of the program and the generation', async () => {
  const { seen, generations } = await both(
    [{ events: [...EVENTS.slice(0, 7), OVERLOADED] }],
    ({ messages }, see) => {
      const stream = messages.stream(ASKED).on('error', (error: Error) => see(error.message));
      return stream.finalText();
    },
  );
  expect(seen.at(-1)).toMatchObject({ message: expect.stringContaining('Overloaded') });
  expect(generations).toMatchObject([{ level: 'ERROR', says: expect.stringContaining('Overloaded') }]);
});

test.each([
  [
    'breaks',
    async (stream: Any) => {
      for await (const event of stream) if (event.delta?.text) break;
      await stream.done().catch(() => {});
    },
  ],
  [
    'aborts',
    (stream: Any) => {
      stream.on('text', () => stream.abort());
      return stream.done();
    },
  ],
])('stream: if the reader %s, the received part is recorded', async (_, leave) => {
  const { generations } = await both([{ events: EVENTS.slice(0, 8), stalls: true }], ({ messages }) =>
    leave(messages.stream(ASKED)),
  );
  expect(generations).toMatchObject([{ model: 'claude-x-2026', output: 'Let me', streamed: true }]);
});

test.each([
  [false, [{ json: ANSWER }], { output: CONTENT }],
  [true, [{ events: EVENTS }], STREAMED],
])('over an observed fetch, with stream %s, it is one generation', async (stream, answers, expected) => {
  const { generations } = await both(
    answers,
    async ({ messages }, see) => {
      const given = await messages.create({ ...ASKED, stream });
      if (stream) for await (const event of given) see(event);
      return stream || given.id;
    },
    'fetch',
  );
  expect(generations).toMatchObject([{ ...GENERATION, ...expected, name: '127.0.0.1' }]);
});
