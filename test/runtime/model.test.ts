import { createTrace, initObservability, observeModel } from '@create-something/observability';
import { expect, test } from 'vitest';
import { observed } from './support/observed.js';

const on = observed();

/** A promise with further methods, which reads the response only on demand, as in the SDKs of OpenAI and Anthropic. */
class ApiPromise<T> extends Promise<T> {
  #parsed: Promise<T> | undefined;
  reads = 0;
  constructor(readonly parse: () => Promise<T>) {
    super((resolve) => resolve(undefined as T));
  }
  static override get [Symbol.species]() {
    return Promise;
  }
  #read() {
    this.reads++;
    this.#parsed ??= this.parse();
    return this.#parsed;
  }
  // biome-ignore lint/suspicious/noThenProperty: that is what such a promise has
  override then<A = T, B = never>(
    ok?: ((value: T) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#read().then(ok, failed);
  }
  asResponse = async () => 'raw';
  withResponse = async () => ({ data: await this.#read(), response: 'raw' });
}

class Completions {
  readonly #client: OpenAi;
  constructor(client: OpenAi) {
    this.#client = client;
  }
  create(body: { model: string; stream?: boolean; messages: object[]; temperature?: number }) {
    return this.#client.answer(body);
  }
}
class OpenAi {
  readonly chat = { completions: new Completions(this) };
  readonly #key = 'sk-0123456789abcdef';
  baseUrl = 'https://example.com';
  next: () => unknown = () => ({});
  answer(_: object) {
    return new ApiPromise(async () => this.next() as { choices: unknown[] });
  }
  get keyLength() {
    return this.#key.length;
  }
}

const generation = async () =>
  (await on.spans()).find(({ attributes }) => attributes['langfuse.observation.type'] === 'generation');

const ANSWER = {
  model: 'gpt-x-2026',
  choices: [{ message: { role: 'assistant', content: 'hi' } }],
  usage: {
    prompt_tokens: 100,
    completion_tokens: 30,
    total_tokens: 130,
    prompt_tokens_details: { cached_tokens: 40 },
    completion_tokens_details: { reasoning_tokens: 10 },
    cost: 0.0042,
  },
};

test('OpenAI: model, messages, parameters, kinds of tokens without overlap, cost', async () => {
  const client = new OpenAi();
  client.next = () => ANSWER;
  const trace = createTrace({ name: 'root' });
  const observedClient = observeModel(trace, client);
  expect(observedClient.keyLength).toBe(19);
  expect(observedClient).toBeInstanceOf(OpenAi);
  const messages = [{ role: 'user', content: 'hello' }];
  const answer = await observedClient.chat.completions.create({ model: 'gpt-x', messages, temperature: 0 });
  expect(answer).toBe(ANSWER);
  trace.end();
  expect((await generation())?.attributes).toMatchObject({
    'langfuse.observation.model.name': 'gpt-x-2026',
    'langfuse.observation.input': JSON.stringify(messages),
    'langfuse.observation.output': '{"role":"assistant","content":"hi"}',
    'langfuse.observation.model.parameters': '{"temperature":0}',
    'langfuse.observation.usage_details': JSON.stringify({
      input: 60,
      output: 20,
      total: 130,
      input_cached_tokens: 40,
      output_reasoning_tokens: 10,
    }),
    'langfuse.observation.cost_details': '{"total":0.0042}',
  });
});

test('the usage of another model is a separate generation, and requests of tools are metadata', async () => {
  const client = new OpenAi();
  const counts = { input_tokens: 10, output_tokens: 5 };
  client.next = () => ({
    model: 'claude-a',
    content: [],
    usage: {
      ...counts,
      server_tool_use: { web_search_requests: 2 },
      iterations: [
        { type: 'message', ...counts },
        { type: 'advisor_message', model: 'claude-b', input_tokens: 700, output_tokens: 30 },
      ],
    },
  });
  const trace = createTrace({ name: 'root' });
  await observeModel(trace, client).chat.completions.create({ model: 'claude-a', messages: [] });
  trace.end();
  const spans = (await on.spans()).map(({ attributes }) => attributes);
  const of = (model: string) => spans.find((span) => span['langfuse.observation.model.name'] === model);
  expect(of('claude-a')).toMatchObject({
    'langfuse.observation.usage_details': '{"input":10,"output":5}',
    'langfuse.observation.metadata.tool_requests': '{"web_search":2}',
  });
  expect(of('claude-b')).toMatchObject({
    'langfuse.observation.usage_details': '{"input":700,"output":30}',
    'langfuse.observation.type': 'generation',
  });
});

test('further methods of an SDK’s promise work: the raw response is not read', async () => {
  const client = new OpenAi();
  client.next = () => ANSWER;
  const observedClient = observeModel(createTrace({ name: 'root' }), client);
  const call = () => observedClient.chat.completions.create({ model: 'm', messages: [] });
  expect(await call().withResponse()).toEqual({ data: ANSWER, response: 'raw' });
  const raw = call();
  expect(await raw.asResponse()).toBe('raw');
  expect(raw.reads).toBe(0);
  expect((await on.spans()).length).toBe(2);
});

test('an error is recorded, and the caller gets the same error', async () => {
  const client = new OpenAi();
  const error = new Error('overloaded');
  client.next = () => {
    throw error;
  };
  const observedClient = observeModel(createTrace({ name: 'root' }), client);
  const caught = await observedClient.chat.completions.create({ model: 'm', messages: [] }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(caught).toBe(error);
  expect((await generation())?.attributes).toMatchObject({
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': 'overloaded',
  });
});

class Stream {
  readonly controller = new AbortController();
  constructor(readonly chunks: object[]) {}
  async *[Symbol.asyncIterator]() {
    for (const chunk of this.chunks) yield chunk;
  }
}

test('a stream is the same object, and is recorded when it ends', async () => {
  const chunks = [
    { model: 'm-1', choices: [{ delta: { content: 'hel' } }] },
    { choices: [{ delta: { content: 'lo' } }] },
    { choices: [], usage: { prompt_tokens: 2, completion_tokens: 3 } },
  ];
  const client = new OpenAi();
  const stream = new Stream(chunks);
  client.next = () => stream;
  const trace = createTrace({ name: 'root' });
  const completions = observeModel(trace, client).chat.completions;
  expect(await completions.create({ model: 'm', messages: [], stream: true })).toBe(stream);
  expect(await on.spans()).toEqual([]);
  const seen: unknown[] = [];
  for await (const chunk of stream) seen.push(chunk);
  expect(seen).toEqual(chunks);
  trace.end();
  expect((await generation())?.attributes).toMatchObject({
    'langfuse.observation.output': 'hello',
    'langfuse.observation.usage_details': '{"input":2,"output":3}',
  });
});

test('a reader that stops early ends the generation, and a failing stream marks it', async () => {
  const chunk = { choices: [{ delta: { content: 'first' } }] };
  const failing = async function* () {
    yield chunk;
    throw new Error('cut off');
  };
  const ask = observeModel(createTrace({ name: 'root' }), async function ask(_: object) {
    return failing();
  });
  for await (const _ of await ask({ model: 'm', prompt: 'x' })) break;
  await expect(async () => {
    for await (const _ of await ask({ model: 'm', prompt: 'x' }));
  }).rejects.toThrow('cut off');
  const spans = await on.spans();
  expect(
    spans.map(({ name, attributes }) => [
      name,
      attributes['langfuse.observation.output'],
      attributes['langfuse.observation.level'],
    ]),
  ).toEqual([
    ['ask', 'first', undefined],
    ['ask', undefined, 'ERROR'],
  ]);
});

test('without keys the client is returned unchanged', () => {
  initObservability({ enabled: false });
  const client = new OpenAi();
  expect(observeModel(createTrace({ name: 'x' }), client)).toBe(client);
});

test('properties that a proxy may not change stay unchanged', () => {
  const client = Object.freeze({ messages: Object.freeze({ create: () => 'answer' }), name: 'frozen' });
  const observedClient = observeModel(undefined, client);
  expect(observedClient.name).toBe('frozen');
  expect(observedClient.messages.create()).toBe('answer');
});

test('a helper of another library is called on the original client, because a proxy lacks its private fields', () => {
  class Messages {
    readonly #key = 'sk-test';
    stream() {
      return this.#key.length;
    }
  }
  expect(observeModel(undefined, { messages: new Messages() }).messages.stream()).toBe(7);
});

test('properties with the name of a model method but other values are passed on', () => {
  const client = { chat: true, messages: 'text', models: ['a'], run: () => 'answer' };
  const observedClient = observeModel(undefined, client);
  expect([observedClient.chat, observedClient.messages, observedClient.models[0]]).toEqual([
    true,
    'text',
    'a',
  ]);
});

const bytes = (parts: (string | Uint8Array)[]) =>
  new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(typeof part === 'string' ? new TextEncoder().encode(part) : part);
    },
  });

test.each([
  ['without a space', ['data:{"response":"hel"}\n\n', 'data:{"response":"lo"}\n\n']],
  ['with the line ends of Windows', ['data: {"response":"hel"}\r\n\r\n', 'data: {"response":"lo"}\r\n\r\n']],
  ['without a last line end', ['data: {"response":"hel"}\n', 'data: {"response":"lo"}']],
  ['with a broken one between', ['data: {"response":"hel"}\ndata: {broken\n', 'data: {"response":"lo"}\n\n']],
])('server-sent events %s are read, and passed on unchanged', async (_, parts) => {
  const ai = { run: async (_model: string, _options: object) => bytes([...parts]) };
  const answer = await observeModel(createTrace({ name: 'root' }), ai).run('m', {
    prompt: 'x',
    stream: true,
  });
  expect(await new Response(answer).text()).toBe(parts.join(''));
  expect((await generation())?.attributes['langfuse.observation.output']).toBe('hello');
});

test('a stream without bytes is passed on', async () => {
  const ai = { run: async (_model: string) => ReadableStream.from([7]) };
  const answer = await observeModel(createTrace({ name: 'root' }), ai).run('m');
  const seen: unknown[] = [];
  for await (const piece of answer) seen.push(piece);
  expect(seen).toEqual([7]);
});

test('a streamed image is passed on, and not read as text', async () => {
  const image = Array.from({ length: 40 }, (_, i) => new Uint8Array(50_000).fill(200 + i));
  const ai = { run: async (_model: string, _options: object) => bytes([...image]) };
  const answer = await observeModel(createTrace({ name: 'root' }), ai).run('m', { prompt: 'x' });
  expect((await new Response(answer).arrayBuffer()).byteLength).toBe(2_000_000);
  expect((await generation())?.attributes['langfuse.observation.output']).toBe('');
});
