import { createTrace, observeModel } from '@create-something/observability';
import { generateText, streamText } from 'ai';
import { convertArrayToReadableStream, MockLanguageModelV3 } from 'ai/test';
import { expect, test, vi } from 'vitest';
import { observed } from './support/observed.js';

const on = observed();

const USAGE = {
  inputTokens: { total: 7, noCache: 7, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 3, text: 3, reasoning: 0 },
};
const FINISH = { unified: 'stop', raw: 'stop' } as const;

const generation = async () =>
  (await on.spans()).find(({ attributes }) => attributes['langfuse.observation.type'] === 'generation')
    ?.attributes;

test('generateText of the real AI SDK becomes a generation with model, output and tokens', async () => {
  const model = new MockLanguageModelV3({
    modelId: 'mock-1',
    doGenerate: {
      content: [{ type: 'text', text: 'a poem' }],
      finishReason: FINISH,
      usage: USAGE,
      warnings: [],
    },
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

test('streamText streams as it does unwatched, calls a person’s own hook, and is recorded when it ends', async () => {
  const model = new MockLanguageModelV3({
    modelId: 'mock-2',
    doStream: {
      stream: convertArrayToReadableStream([
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'one ' },
        { type: 'text-delta', id: '1', delta: 'two' },
        { type: 'text-end', id: '1' },
        { type: 'finish', finishReason: FINISH, usage: USAGE },
      ]),
    },
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

test('a model that fails fails as before, and the generation says so', async () => {
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

test('a stream of a model that is named by its id is recorded too', async () => {
  const model = new MockLanguageModelV3({
    doStream: {
      stream: convertArrayToReadableStream([
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'hello' },
        { type: 'text-end', id: '1' },
        { type: 'finish', finishReason: FINISH, usage: USAGE },
      ]),
    },
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

test('a stream that fails is marked, and the SDK says so in the console as before', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  await createTrace({ name: 'server:poem' }).run(async (trace) => {
    const { textStream } = observeModel(trace, streamText)({ model: failing(), prompt: 'x', maxRetries: 0 });
    for await (const _ of textStream);
  });
  expect(said.mock.calls).toEqual([[expect.objectContaining({ message: 'overloaded' })]]);
  said.mockRestore();
  expect(await generation()).toMatchObject({ 'langfuse.observation.status_message': 'overloaded' });
});

test('a stream that the program breaks off is recorded', async () => {
  const abort = new AbortController();
  const model = new MockLanguageModelV3({
    doStream: {
      stream: convertArrayToReadableStream([
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'one ' },
        { type: 'text-delta', id: '1', delta: 'two' },
        { type: 'text-end', id: '1' },
        { type: 'finish', finishReason: FINISH, usage: USAGE },
      ]),
    },
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
