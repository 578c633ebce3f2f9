import { createTrace, observeModel } from '@create-something/observability';
import { generateObject, generateText, jsonSchema, stepCountIs, streamObject, streamText, tool } from 'ai';
import { convertArrayToReadableStream, MockLanguageModelV3 } from 'ai/test';
import { expect, test, vi } from 'vitest';
import { observed } from './support/observed.js';

const on = observed();

const USAGE = {
  inputTokens: { total: 7, noCache: 7, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 3, text: 3, reasoning: 0 },
};
const FINISH = { unified: 'stop', raw: 'stop' } as const;

const answered = (text: string) => ({
  content: [{ type: 'text' as const, text }],
  finishReason: FINISH,
  usage: USAGE,
  warnings: [],
});

const streamed = (...pieces: string[]) => ({
  stream: convertArrayToReadableStream([
    { type: 'text-start' as const, id: '1' },
    ...pieces.map((delta) => ({ type: 'text-delta' as const, id: '1', delta })),
    { type: 'text-end' as const, id: '1' },
    { type: 'finish' as const, finishReason: FINISH, usage: USAGE },
  ]),
});

const generation = async () =>
  (await on.spans()).find(({ attributes }) => attributes['langfuse.observation.type'] === 'generation')
    ?.attributes;

test('generateText of the real AI SDK becomes a generation with model, output and tokens', async () => {
  const model = new MockLanguageModelV3({
    modelId: 'mock-1',
    doGenerate: answered('a poem'),
  });
  const { text } = await createTrace({ name: 'server:poem' }).run((trace) =>
    observeModel(trace, generateText)({ model, prompt: 'Write a poem', temperature: 0.5 }),
  );
  expect(text).toBe('a poem');
  expect(await generation()).toMatchObject({
    'langfuse.observation.model.name': 'mock-1',
    'langfuse.observation.input': 'Write a poem',
    'langfuse.observation.output': 'a poem',
    'langfuse.observation.model.parameters': '{"temperature":0.5}',
    'langfuse.observation.usage_details': expect.stringContaining('"input":7'),
  });
});

test('streamText streams as without us, calls the user’s hook, and is recorded when it ends', async () => {
  const model = new MockLanguageModelV3({
    modelId: 'mock-2',
    doStream: streamed('one ', 'two'),
  });
  const finished: string[] = [];
  const pieces = await createTrace({ name: 'server:count' }).run(async (trace) => {
    const { textStream } = observeModel(
      trace,
      streamText,
    )({
      model,
      prompt: 'Count',
      onFinish: ({ text }) => void finished.push(text),
    });
    const read: string[] = [];
    for await (const piece of textStream) read.push(piece);
    return read;
  });
  expect(pieces.join('')).toBe('one two');
  expect(finished).toEqual(['one two']);
  expect(await generation()).toMatchObject({
    'langfuse.observation.model.name': 'mock-2',
    'langfuse.observation.output': 'one two',
    'langfuse.observation.usage_details': expect.stringContaining('"output":3'),
  });
});

test('a failing model fails as before, and the generation has the error', async () => {
  const model = new MockLanguageModelV3({
    doGenerate: async () => {
      throw new Error('overloaded');
    },
  });
  const call = createTrace({ name: 'server:poem' }).run((trace) =>
    observeModel(trace, generateText)({ model, prompt: 'x', maxRetries: 0 }),
  );
  await expect(call).rejects.toThrow('overloaded');
  expect(await generation()).toMatchObject({
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': 'overloaded',
  });
});

test('a stream of a model with an id is recorded too', async () => {
  const model = new MockLanguageModelV3({
    doStream: streamed('hello'),
  });
  globalThis.AI_SDK_DEFAULT_PROVIDER = { languageModel: () => model } as never;
  try {
    const text = await createTrace({ name: 'server:hello' }).run((trace) => {
      const result = observeModel(trace, streamText)({ model: 'maker/model-1', prompt: 'Say hello' });
      return result.text;
    });
    expect(text).toBe('hello');
  } finally {
    globalThis.AI_SDK_DEFAULT_PROVIDER = undefined;
  }
  expect(await generation()).toMatchObject({
    'langfuse.observation.model.name': 'maker/model-1',
    'langfuse.observation.output': 'hello',
  });
});

const failing = () =>
  new MockLanguageModelV3({
    doStream: async () => {
      throw new Error('overloaded');
    },
  });

test('a failing stream is marked, and the SDK prints the error as before', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  await createTrace({ name: 'server:poem' }).run(async (trace) => {
    const { textStream } = observeModel(trace, streamText)({ model: failing(), prompt: 'x', maxRetries: 0 });
    for await (const _ of textStream);
  });
  expect(said.mock.calls).toEqual([[expect.objectContaining({ message: 'overloaded' })]]);
  said.mockRestore();
  expect(await generation()).toMatchObject({ 'langfuse.observation.status_message': 'overloaded' });
});

test('a stream that the program stops is recorded', async () => {
  const abort = new AbortController();
  const model = new MockLanguageModelV3({
    doStream: streamed('one ', 'two'),
  });
  await createTrace({ name: 'server:count' }).run(async (trace) => {
    const { fullStream } = observeModel(
      trace,
      streamText,
    )({ model, prompt: 'Count', abortSignal: abort.signal });
    for await (const part of fullStream) if (part.type === 'text-delta') abort.abort();
  });
  expect(await generation()).toMatchObject({ 'langfuse.observation.level': 'WARNING' });
});

const OBJECT = '{"sky":"blue"}';
const sky = jsonSchema<{ sky: string }>({ type: 'object', properties: { sky: { type: 'string' } } });

test('generateObject and streamObject: the object, its tokens, one generation each', async () => {
  const model = new MockLanguageModelV3({
    modelId: 'mock-3',
    doGenerate: answered(OBJECT),
    doStream: streamed(OBJECT),
  });
  const asked = { model, schema: sky, prompt: 'The sky?' };
  await createTrace({ name: 'server:sky' }).run(async (trace) => {
    expect((await observeModel(trace, generateObject)(asked)).object).toEqual({ sky: 'blue' });
    const { partialObjectStream, object } = observeModel(trace, streamObject)(asked);
    for await (const part of partialObjectStream) expect(part).toEqual({ sky: 'blue' });
    expect(await object).toEqual({ sky: 'blue' });
  });
  const generations = (await on.spans()).filter(({ name }) => name.endsWith('Object'));
  expect(generations.map(({ attributes }) => attributes)).toMatchObject(
    Array(2).fill({
      'langfuse.observation.model.name': 'mock-3',
      'langfuse.observation.output': OBJECT,
      'langfuse.observation.usage_details': '{"input":7,"output":3,"total":10}',
    }),
  );
});

test('an object that does not match the schema is an error of the program and the generation', async () => {
  const model = new MockLanguageModelV3({
    doStream: streamed('Blue.'),
  });
  await createTrace({ name: 'server:sky' }).run(async (trace) => {
    const { partialObjectStream, object } = observeModel(
      trace,
      streamObject,
    )({ model, schema: sky, prompt: 'x' });
    const refused = expect(object).rejects.toThrow('No object generated');
    for await (const _ of partialObjectStream);
    await refused;
  });
  expect(await generation()).toMatchObject({
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': expect.stringContaining('No object generated'),
    'langfuse.observation.usage_details': '{"input":7,"output":3,"total":10}',
  });
});

test('a model that is called again after a tool call is one generation with the tokens of both calls', async () => {
  const answers = [
    {
      content: [{ type: 'tool-call', toolCallId: '1', toolName: 'weather', input: '{}' }],
      finishReason: { unified: 'tool-calls', raw: 'x' },
    },
    { content: [{ type: 'text', text: 'Sunny' }], finishReason: FINISH },
  ];
  const model = new MockLanguageModelV3({
    doGenerate: async () => ({ ...answers.shift(), usage: USAGE, warnings: [] }) as never,
  });
  const weather = tool({ inputSchema: jsonSchema<object>({ type: 'object' }), execute: () => '21°' });
  const { text } = await createTrace({ name: 'server:weather' }).run((trace) =>
    observeModel(
      trace,
      generateText,
    )({ model, prompt: 'Weather?', tools: { weather }, stopWhen: stepCountIs(2), toolChoice: 'auto' }),
  );
  expect(text).toBe('Sunny');
  expect(await generation()).toMatchObject({
    'langfuse.observation.output': 'Sunny',
    'langfuse.observation.model.parameters': '{"toolChoice":"auto"}',
    'langfuse.observation.usage_details': '{"input":14,"output":6,"total":20}',
  });
});
