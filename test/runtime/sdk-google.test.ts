import { expect, test } from 'vitest';
import { type Any, modelSdk } from './support/model-sdk.js';

const both = modelSdk('google', '@google/genai', ({ GoogleGenAI }, url, fetcher) =>
  Object.assign(new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: url } }), {
    // It has no option for a `fetch` of the program.
    post: (method: string, body: object) =>
      fetcher(`${url}/v1beta/models/gemini-x:${method}`, { method: 'POST', body: JSON.stringify(body) }),
  }),
);

const ASKED = {
  model: 'gemini-x',
  contents: 'Weather in Paris?',
  config: { temperature: 0.2, thinkingConfig: { thinkingBudget: 64 } },
};
const says = (parts: object[], more: object = {}) => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...more }],
  modelVersion: 'gemini-x-001',
});
const USAGE = {
  promptTokenCount: 100,
  cachedContentTokenCount: 40,
  toolUsePromptTokenCount: 5,
  candidatesTokenCount: 20,
  thoughtsTokenCount: 10,
  totalTokenCount: 135,
};
const CALL = { functionCall: { name: 'weather', args: { city: 'Paris' } } };
const ANSWER = {
  ...says([{ text: 'Let me see.' }, CALL], { finishReason: 'STOP' }),
  usageMetadata: USAGE,
};
const CHUNKS = [
  says([{ text: 'It is in France.', thought: true }]),
  { ...says([{ text: 'Let me ' }]), usageMetadata: { promptTokenCount: 100, totalTokenCount: 100 } },
  says([{ text: 'see.' }]),
  { ...says([CALL], { finishReason: 'STOP' }), usageMetadata: USAGE },
];

const GENERATION = {
  name: 'models.generateContent',
  model: 'gemini-x-001',
  input: 'Weather in Paris?',
  parameters: { temperature: 0.2, thinkingConfig: { thinkingBudget: 64 } },
  usage: { input: 65, output: 20, total: 135, input_cached_tokens: 40, output_reasoning_tokens: 10 },
};
const STREAMED = {
  ...GENERATION,
  name: 'models.generateContentStream',
  output: 'Let me see.weather{"city":"Paris"}',
  streamed: true,
};

test('generateContent: text, a function call, and every kind of token', async () => {
  const { seen, generations } = await both([{ json: ANSWER }], async ({ models }, see) => {
    const answer = await models.generateContent(ASKED);
    see(answer.functionCalls);
    return answer;
  });
  expect(seen[0]).toEqual([CALL.functionCall]);
  expect(generations).toMatchObject([{ ...GENERATION, output: ANSWER.candidates, streamed: false }]);
});

test('generateContentStream: the same chunks, and one generation', async () => {
  const { seen, generations } = await both([{ events: CHUNKS }], async ({ models }, see) => {
    for await (const chunk of await models.generateContentStream(ASKED)) see(chunk);
  });
  expect(seen.length).toBe(CHUNKS.length + 1);
  expect(generations).toMatchObject([STREAMED]);
});

test('a chat: a generation for each message, with the earlier messages', async () => {
  const { seen, generations } = await both([{ json: ANSWER }, { events: CHUNKS }], async ({ chats }, see) => {
    const chat = chats.create({ model: ASKED.model, config: ASKED.config });
    see(await chat.sendMessage({ message: 'Weather in Paris?' }));
    for await (const chunk of await chat.sendMessageStream({ message: 'Please' })) see(chunk);
    return chat.getHistory().length;
  });
  expect(seen.length).toBe(1 + CHUNKS.length + 1);
  const [first, second] = generations;
  expect(first).toMatchObject({
    ...GENERATION,
    input: [{ role: 'user', parts: [{ text: 'Weather in Paris?' }] }],
    output: ANSWER.candidates,
  });
  expect(second).toMatchObject({ ...STREAMED, input: [{}, { role: 'model' }, { role: 'user' }] });
  expect(generations.length).toBe(2);
});

const REFUSED = { status: 429, json: { error: { code: 429, message: 'Slow down', status: 'BUSY' } } };
const failing: [string, (client: Any) => unknown][] = [
  ['generateContent', ({ models }) => models.generateContent(ASKED)],
  ['generateContentStream', ({ models }) => models.generateContentStream(ASKED)],
  ['a chat', ({ chats }) => chats.create({ model: 'gemini-x' }).sendMessage({ message: 'Hi' })],
];

test.each(failing)('%s: a 429 response is an error of the program and the generation', async (_, ask) => {
  const { seen, generations } = await both([REFUSED], ask);
  expect(seen).toMatchObject([{ status: 429, message: expect.stringContaining('Slow down') }]);
  expect(generations).toMatchObject([{ level: 'ERROR', says: expect.stringContaining('Slow down') }]);
});

test('if the reader leaves a stream, the received part is recorded', async () => {
  const { generations } = await both(
    [{ events: CHUNKS.slice(0, 2), stalls: true }],
    async ({ models }, see) => {
      for await (const { text } of await models.generateContentStream(ASKED)) {
        see(text);
        if (text) break;
      }
    },
  );
  expect(generations).toMatchObject([{ model: 'gemini-x-001', output: 'Let me ', streamed: true }]);
});

test('an aborted call fails as before, and its signal is not recorded', async () => {
  let abort: AbortController;
  const { seen, generations } = await both([{ stalls: true, asked: () => abort.abort() }], ({ models }) => {
    abort = new AbortController();
    return models.generateContent({ ...ASKED, config: { ...ASKED.config, abortSignal: abort.signal } });
  });
  expect(seen).toMatchObject([{ name: 'AbortError' }]);
  expect(generations).toMatchObject([{ input: 'Weather in Paris?', level: 'ERROR' }]);
});

test.each([
  ['generateContent', [{ json: ANSWER }], { output: ANSWER.candidates }],
  ['streamGenerateContent?alt=sse', [{ events: CHUNKS }], { output: STREAMED.output, streamed: true }],
])('over an observed fetch, %s is one generation', async (method, answers, expected) => {
  const contents = [{ role: 'user', parts: [{ text: 'Weather in Paris?' }] }];
  const body = { contents, generationConfig: ASKED.config };
  const { generations } = await both(answers, async ({ post }) => (await post(method, body)).text(), 'fetch');
  const { parameters, model, usage } = GENERATION;
  expect(generations).toMatchObject([{ ...expected, input: contents, parameters, model, usage }]);
});

test('over an observed fetch, a refused call has the model from its address', async () => {
  const { generations } = await both(
    [REFUSED],
    async ({ post }) => (await post('generateContent', {})).status,
    'fetch',
  );
  expect(generations).toMatchObject([{ model: 'gemini-x', level: 'ERROR', says: 'HTTP 429' }]);
});
