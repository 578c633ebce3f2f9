import { expect, test } from 'vitest';
import { modelSdk } from './support/model-sdk.js';

const both = modelSdk(
  'openai',
  'openai',
  ({ OpenAI }, url, fetch) => new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0, fetch }),
);

const ASKED = { model: 'gpt-x', input: 'Weather in Paris?', temperature: 0.2, reasoning: { effort: 'low' } };
const text = (said: string) => ({
  id: 'msg-1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: said, annotations: [] }],
});
const response = (output: object[], more: object = {}) => ({
  id: 'resp-1',
  object: 'response',
  created_at: 1,
  model: 'gpt-x-2026',
  status: 'completed',
  error: null,
  output,
  usage: {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 40 },
    output_tokens: 30,
    output_tokens_details: { reasoning_tokens: 10 },
    total_tokens: 130,
  },
  ...more,
});
const STARTED = response([], { status: 'in_progress', usage: null });
const EVENTS = [
  { type: 'response.created', response: STARTED },
  { type: 'response.output_item.added', output_index: 0, item: { ...text(''), content: [] } },
  {
    type: 'response.content_part.added',
    item_id: 'msg-1',
    output_index: 0,
    content_index: 0,
    part: { type: 'output_text', text: '', annotations: [] },
  },
  { type: 'response.output_text.delta', item_id: 'msg-1', output_index: 0, content_index: 0, delta: 'Sun' },
  { type: 'response.output_text.delta', item_id: 'msg-1', output_index: 0, content_index: 0, delta: 'ny' },
  { type: 'response.output_item.done', output_index: 0, item: text('Sunny') },
  { type: 'response.completed', response: response([text('Sunny')]) },
].map((event, sequence_number) => ({ ...event, sequence_number }));

const GENERATION = {
  name: 'responses.create',
  model: 'gpt-x-2026',
  input: 'Weather in Paris?',
  parameters: { temperature: 0.2, reasoning: { effort: 'low' } },
  usage: { input: 60, output: 20, total: 130, input_cached_tokens: 40, output_reasoning_tokens: 10 },
};

test('create: one generation, and the SDK’s own `output_text`', async () => {
  const { seen, generations } = await both([{ json: response([text('Sunny')]) }], ({ responses }) =>
    responses.create(ASKED),
  );
  expect(seen).toMatchObject([{ output_text: 'Sunny' }]);
  expect(generations).toMatchObject([{ ...GENERATION, output: [text('Sunny')], streamed: false }]);
});

test('parse: the parsed answer, once', async () => {
  const format = {
    type: 'json_schema',
    name: 'sky',
    schema: {},
    $brand: 'auto-parseable-response-format',
    $parseRaw: (said: string) => JSON.parse(said),
  };
  const { seen, generations } = await both([{ json: response([text('{"sky":"blue"}')]) }], ({ responses }) =>
    responses.parse({ ...ASKED, text: { format } }),
  );
  expect(seen).toMatchObject([{ output_parsed: { sky: 'blue' } }]);
  expect(generations).toMatchObject([
    { ...GENERATION, name: 'responses.parse', input: { input: 'Weather in Paris?' } },
  ]);
});

test('create with stream: the same events, and one generation of the complete response', async () => {
  const { seen, generations } = await both([{ events: EVENTS }], async ({ responses }, see) => {
    for await (const event of await responses.create({ ...ASKED, stream: true })) see(event);
  });
  expect(seen.slice(0, -1)).toEqual(EVENTS);
  expect(generations).toMatchObject([{ ...GENERATION, output: [text('Sunny')], streamed: true }]);
});

test('the stream helper: its events, its final answer, one generation', async () => {
  const { seen, generations } = await both([{ events: EVENTS }], async ({ responses }, see) => {
    const stream = responses.stream(ASKED);
    stream.on('response.output_text.delta', ({ snapshot }: { snapshot: string }) => see(snapshot));
    return (await stream.finalResponse()).output_text;
  });
  expect(seen).toEqual(['Sun', 'Sunny', 'Sunny']);
  expect(generations).toMatchObject([{ ...GENERATION, output: [text('Sunny')], streamed: true }]);
});

test('the stream helper, aborted by the program, fails as before, and the received part is recorded', async () => {
  const { seen, generations } = await both(
    [{ events: EVENTS.slice(0, 4), stalls: true }],
    async ({ responses }) => {
      const stream = responses.stream(ASKED);
      stream.on('response.output_text.delta', () => stream.abort());
      return stream.finalResponse();
    },
  );
  expect(seen).toMatchObject([{ error: 'APIUserAbortError' }]);
  expect(generations).toMatchObject([{ output: 'Sun', streamed: true }]);
});

const FAILED = response([], { status: 'failed', error: { code: 'server_error', message: 'Out of order' } });

test.each([
  ['an answer', { json: FAILED }, false],
  ['an event', { events: [EVENTS[0] as object, { type: 'response.failed', response: FAILED }] }, true],
  ['a separate event', { events: [{ type: 'error', code: 'x', message: 'Out of order' }] }, true],
])('a failure in %s is an error of the generation', async (_, answer, stream) => {
  const { generations } = await both([answer], async ({ responses }, see) => {
    const given = await responses.create({ ...ASKED, stream });
    if (stream) for await (const event of given) see(event);
    return stream || given;
  });
  expect(generations).toMatchObject([{ level: 'ERROR', says: 'Out of order' }]);
});

test('a 400 response is an error of the program and the generation, also with the helper', async () => {
  const refused = { status: 400, json: { error: { message: 'No such model' } } };
  const { seen, generations } = await both([refused], ({ responses }) =>
    responses.stream(ASKED).finalResponse(),
  );
  expect(seen).toMatchObject([{ error: 'BadRequestError', message: '400 No such model' }]);
  expect(generations).toMatchObject([{ level: 'ERROR', says: '400 No such model' }]);
});

test.each([
  [false, [{ json: response([text('Sunny')]) }]],
  [true, [{ events: EVENTS }]],
])('over an observed fetch, with stream %s, it is one generation', async (stream, answers) => {
  const { generations } = await both(
    answers,
    async ({ responses }, see) => {
      const given = await responses.create({ ...ASKED, stream });
      if (stream) for await (const event of given) see(event);
      return stream || given.id;
    },
    'fetch',
  );
  expect(generations).toMatchObject([{ ...GENERATION, name: '127.0.0.1', output: [text('Sunny')] }]);
});
