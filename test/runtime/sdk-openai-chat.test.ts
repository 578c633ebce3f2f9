import { expect, test } from 'vitest';
import { type Any, modelSdk } from './support/model-sdk.js';

const both = modelSdk(
  'openai',
  'openai',
  ({ OpenAI }, url, fetch) => new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0, fetch }),
);

const MESSAGES = [{ role: 'user', content: 'Weather in Paris?' }];
const ASKED = { model: 'gpt-x', messages: MESSAGES, temperature: 0.2, max_completion_tokens: 50 };
const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  prompt_tokens_details: { cached_tokens: 40 },
  completion_tokens_details: { reasoning_tokens: 10 },
};
const KINDS = { input: 60, output: 20, total: 130, input_cached_tokens: 40, output_reasoning_tokens: 10 };

const answered = (message: object, finish_reason = 'stop') => ({
  json: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-x-2026',
    choices: [{ index: 0, message: { role: 'assistant', refusal: null, ...message }, finish_reason }],
    usage: USAGE,
  },
});

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-x-2026',
  choices: [{ index: 0, delta, finish_reason }],
  usage: null,
});
const CHUNKS = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Sunny' }),
  chunk({ content: ', 21°' }),
  chunk({}, 'stop'),
  { ...chunk({}), choices: [], usage: USAGE },
];
const STREAMED = { ...ASKED, stream: true, stream_options: { include_usage: true } };

const GENERATION = {
  name: 'chat.completions.create',
  model: 'gpt-x-2026',
  input: MESSAGES,
  parameters: { temperature: 0.2, max_completion_tokens: 50 },
  usage: KINDS,
};

test('create: one generation, and the result with its response', async () => {
  const { seen, generations } = await both(
    [answered({ content: 'Sunny' })],
    async ({ chat }) => (await chat.completions.create(ASKED).withResponse()).data,
  );
  expect(seen).toMatchObject([{ choices: [{ message: { content: 'Sunny' } }] }]);
  expect(generations).toMatchObject([{ ...GENERATION, output: { content: 'Sunny' }, streamed: false }]);
});

const CALL = {
  id: 'call-1',
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Paris"}' },
};
const TOOL = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};

test('tool calls are output', async () => {
  const { generations } = await both(
    [answered({ content: null, tool_calls: [CALL] }, 'tool_calls')],
    ({ chat }) => chat.completions.create({ ...ASKED, tools: [TOOL], tool_choice: 'auto' }),
  );
  expect(generations).toMatchObject([
    {
      input: { messages: MESSAGES, tools: [TOOL] },
      output: { tool_calls: [CALL] },
      parameters: { temperature: 0.2, tool_choice: 'auto' },
    },
  ]);
});

test('parse: the parsed answer, once', async () => {
  const schema = { type: 'object', properties: { sky: { type: 'string' } } };
  const format = {
    type: 'json_schema',
    json_schema: { name: 'sky', schema },
    $brand: 'auto-parseable-response-format',
    $parseRaw: (text: string) => JSON.parse(text),
  };
  const { seen, generations } = await both([answered({ content: '{"sky":"blue"}' })], ({ chat }) =>
    chat.completions.parse({ ...ASKED, response_format: format }),
  );
  expect(seen).toMatchObject([{ choices: [{ message: { parsed: { sky: 'blue' } } }] }]);
  expect(generations).toMatchObject([{ ...GENERATION, name: 'chat.completions.parse', input: {} }]);
});

test.each([
  [429, { error: { message: 'Slow down', type: 'rate_limit' } }],
  [400, { error: { message: 'No such model', type: 'invalid_request_error' } }],
])('a %i response is an error of the program and the generation', async (status, json) => {
  const { seen, generations } = await both([{ status, json }], ({ chat }) => chat.completions.create(ASKED));
  expect(seen).toMatchObject([{ status, message: `${status} ${json.error.message}` }]);
  expect(generations).toMatchObject([{ level: 'ERROR', says: `${status} ${json.error.message}` }]);
});

test('a retried call is one generation', async () => {
  const { generations } = await both(
    [{ status: 500, json: {} }, answered({ content: 'Sunny' })],
    async ({ chat }) => (await chat.completions.create(ASKED, { maxRetries: 1 })).model,
  );
  expect(generations).toMatchObject([GENERATION]);
});

const reading: [string, (stream: Any, see: (what: unknown) => void) => unknown][] = [
  [
    'for await',
    async (stream, see) => {
      for await (const piece of stream) see(piece);
    },
  ],
  [
    'tee',
    async (stream, see) => {
      for (const half of stream.tee()) for await (const piece of half) see(piece);
    },
  ],
  ['toReadableStream', async (stream) => new Response(stream.toReadableStream()).text()],
];
test.each(reading)('a stream read by %s is recorded when it ends', async (_, readIt) => {
  const { seen, generations } = await both([{ events: CHUNKS }], async ({ chat }, see) =>
    readIt(await chat.completions.create(STREAMED), see),
  );
  expect(JSON.stringify(seen)).toContain(', 21°');
  expect(generations).toMatchObject([{ ...GENERATION, output: 'Sunny, 21°', streamed: true }]);
});

test.each([
  ['breaks', false],
  ['aborts', true],
])('if the reader of a stream %s, the received part is recorded', async (_, aborts) => {
  const { generations } = await both([{ events: CHUNKS.slice(0, 2), stalls: true }], async ({ chat }) => {
    const stream = await chat.completions.create(STREAMED);
    for await (const { choices } of stream) {
      if (!choices[0].delta.content) continue;
      if (!aborts) break;
      stream.controller.abort();
    }
  });
  expect(generations).toMatchObject([{ model: 'gpt-x-2026', output: 'Sunny', streamed: true }]);
});

test('a call that is aborted before its response is an error', async () => {
  let abort: AbortController;
  const { seen, generations } = await both([{ stalls: true, asked: () => abort.abort() }], ({ chat }) => {
    abort = new AbortController();
    return chat.completions.create(ASKED, { signal: abort.signal });
  });
  expect(seen).toMatchObject([{ error: 'APIUserAbortError' }]);
  expect(generations).toMatchObject([{ level: 'ERROR', says: 'Request was aborted.' }]);
});

test('the stream helper: its events, its final answer, one generation', async () => {
  const { seen, generations } = await both([{ events: CHUNKS }], async ({ chat }, see) => {
    const stream = chat.completions.stream(STREAMED);
    stream.on('content', (delta: string, all: string) => see([delta, all]));
    see((await stream.finalChatCompletion()).choices);
    return stream.totalUsage();
  });
  expect(seen[1]).toEqual([', 21°', 'Sunny, 21°']);
  expect(generations).toMatchObject([{ ...GENERATION, output: 'Sunny, 21°', streamed: true }]);
});

test('runTools: a generation for each call of the model', async () => {
  const { seen, generations } = await both(
    [answered({ content: null, tool_calls: [CALL] }, 'tool_calls'), answered({ content: 'Sunny' })],
    ({ chat }) => {
      const tool = { ...TOOL, function: { ...TOOL.function, function: () => '21°', parse: JSON.parse } };
      return chat.completions.runTools({ ...ASKED, tools: [tool] }).finalContent();
    },
  );
  expect(seen).toEqual(['Sunny']);
  expect(generations).toMatchObject([{ output: { tool_calls: [CALL] } }, { output: { content: 'Sunny' } }]);
});
