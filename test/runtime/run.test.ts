import {
  createGeneration,
  createSpan,
  createTrace,
  logEvent,
  observeModel,
  recordScore,
  shutdownObservability,
  traceMcpTool,
  withTrace,
} from '@create-something/observability';
import { expect, test, vi } from 'vitest';
import { observed } from './support/observed.js';

const on = observed();
const NAME = { name: 'test' };

test('a value is returned unchanged, and a promise is the same promise', async () => {
  const value = { deep: [1] };
  expect(createTrace(NAME).run(() => value)).toBe(value);
  const promise = Promise.resolve(value);
  expect(createTrace(NAME).run(() => promise)).toBe(promise);
  expect(await createTrace(NAME).run(async () => value)).toBe(value);
  expect(createTrace(NAME).run(() => undefined)).toBeUndefined();
  expect(createTrace(NAME).run(() => null)).toBeNull();
  expect(await on.spans()).toHaveLength(5);
});

test('a foreign thenable is started once', async () => {
  let started = 0;
  const query = {
    // biome-ignore lint/suspicious/noThenProperty: that is what a query builder has
    then(resolve: (rows: string[]) => void) {
      started++;
      resolve(['row']);
    },
  };
  expect(await createTrace(NAME).run(() => query)).toEqual(['row']);
  expect(started).toBe(1);
  expect((await on.spans())[0]?.attributes['langfuse.observation.output']).toBe('["row"]');
});

test.each([
  ['an Error', new RangeError('out of bounds'), 'out of bounds'],
  ['an Error without a message', new TypeError(), 'TypeError'],
  ['a text', 'just a text', 'just a text'],
  ['nothing', undefined, 'undefined'],
  ['an object without prototype', Object.create(null), undefined],
])('a thrown %s is recorded and thrown again unchanged', async (_, error, message) => {
  const thrown = (fn: () => unknown) => {
    try {
      fn();
    } catch (caught) {
      return { caught };
    }
  };
  const result = thrown(() =>
    createTrace(NAME).run(() => {
      throw error;
    }),
  );
  expect(result?.caught).toBe(error);
  const rejected = createTrace(NAME).run(() => Promise.reject(error));
  expect(await rejected.catch((caught: unknown) => ({ caught }))).toEqual({ caught: error });
  const spans = await on.spans();
  if (message === undefined) return;
  expect(spans.map(({ attributes }) => attributes['langfuse.observation.level'])).toEqual(['ERROR', 'ERROR']);
  expect(spans[0]?.attributes['langfuse.observation.status_message']).toBe(message);
});

test('an error of the telemetry does not reach the program', async () => {
  const explosive = {
    get trap(): never {
      throw new Error('do not touch');
    },
  };
  const hostile = new Proxy({}, { ownKeys: () => ['a'], get: () => explosive.trap });
  for (const input of [explosive, hostile, { toJSON: () => explosive.trap }]) {
    const options = {
      name: 'hostile',
      input,
      metadata: input,
      context: input,
      tags: [input] as unknown as string[],
    };
    expect(createTrace(options).run(() => 'fine')).toBe('fine');
    expect(createTrace({ name: input as unknown as string }).run(() => input)).toBe(input);
  }
  createSpan(undefined, hostile as { name: string }).end(explosive);
  createGeneration(undefined, hostile as { name: string }).end(explosive);
  recordScore('x', hostile as { name: string; value: number });
});

test('inner observations are nested without passing the trace', async () => {
  const helper = async () => {
    await Promise.resolve();
    createGeneration(undefined, { name: 'helper' }).end();
  };
  await createTrace({ name: 'outer' }).run(async (trace) => {
    await createSpan(trace, { name: 'step' }).run(async () => {
      await helper();
      logEvent(trace, { name: 'through the trace' });
    });
    await helper();
  });
  const spans = await on.spans();
  const parentOf = Object.fromEntries(
    spans.map((span) => [
      span.name + spans.indexOf(span),
      spans.find((other) => other.spanId === span.parentSpanId)?.name,
    ]),
  );
  expect(parentOf).toEqual({
    helper0: 'step',
    'through the trace1': 'step',
    step2: 'outer',
    helper3: 'outer',
    outer4: undefined,
  });
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
});

test('concurrent traces do not mix', async () => {
  const one = async (name: string) =>
    withTrace({ name }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      createSpan(undefined, { name: `${name} child` }).end();
    });
  await Promise.all(Array.from({ length: 20 }, (_, i) => one(`t${i}`)));
  const spans = await on.spans();
  for (const child of spans.filter(({ parentSpanId }) => parentSpanId)) {
    expect(child.name).toBe(`${spans.find(({ spanId }) => spanId === child.parentSpanId)?.name} child`);
  }
  expect(spans).toHaveLength(40);
});

test('a span is sent once, and later changes have no effect', async () => {
  const trace = createTrace({ name: 'once', input: 1 });
  const span = createSpan(trace, { name: 'child' });
  span.end('first');
  span.end('second');
  span.update({ output: 'third' });
  trace.update({ userId: 'u', sessionId: 's', tags: ['a', 'b'] }).end('done');
  trace.end('again');
  await on.spans();
  trace.update({ output: 'late' });
  const spans = await on.spans();
  expect(spans).toHaveLength(2);
  expect(spans[0]?.attributes).toMatchObject({
    'langfuse.observation.output': 'first',
    'user.id': 'u',
    'session.id': 's',
    'langfuse.trace.tags': ['a', 'b'],
  });
  expect(spans[1]?.attributes['langfuse.observation.output']).toBe('done');
});

test('a child that outlives its trace is sent later', async () => {
  let child: ReturnType<typeof createSpan> | undefined;
  createTrace({ name: 'parent' }).run((trace) => {
    child = createSpan(trace, { name: 'late' });
  });
  expect(await on.spans()).toHaveLength(1);
  child?.end();
  const [parent, late] = await on.spans();
  expect(late).toMatchObject({ name: 'late', parentSpanId: parent?.spanId, traceId: parent?.traceId });
});

test('the input is the value at the call, not a later one', async () => {
  const input = { list: [1] };
  createTrace({ name: 'mutating', input }).run(() => void input.list.push(2));
  expect((await on.spans())[0]?.attributes['langfuse.observation.input']).toBe('{"list":[1]}');
});

test('scores are sent with their trace, or later with only its id', async () => {
  on.init({ scores: ['success', 'latency'] });
  const trace = createTrace({ name: 'scored' });
  recordScore(trace, { name: 'accuracy', value: 0.9, comment: 'good' });
  trace.run((handle) => recordScore(createSpan(handle, { name: 'part' }), { name: 'label', value: 'fine' }));
  recordScore(trace.id, { name: 'thumbs', value: true, id: 'fixed' });
  recordScore({ sessionId: 'abc' }, { name: 'mood', value: 3 });
  const byName = Object.fromEntries((await on.scores()).map((score) => [score.name, score]));
  expect(byName).toMatchObject({
    accuracy: { traceId: trace.id, value: 0.9, dataType: 'NUMERIC', comment: 'good' },
    label: {
      traceId: trace.id,
      value: 'fine',
      dataType: 'CATEGORICAL',
      observationId: expect.stringMatching(/^[\da-f]{16}$/),
    },
    success: { traceId: trace.id, value: 1, dataType: 'BOOLEAN' },
    latency: { traceId: trace.id, dataType: 'NUMERIC' },
    thumbs: { traceId: trace.id, value: 1, dataType: 'BOOLEAN', id: 'fixed' },
    mood: { sessionId: 'abc', value: 3 },
  });
  expect(byName['mood']).not.toHaveProperty('traceId');
});

test('sampling depends on the trace id, and keeps failures on request', async () => {
  const ids: string[] = [];
  on.init({ sampleRate: 0.5 });
  for (let i = 0; i < 200; i++) {
    createTrace(NAME).run((trace) => {
      ids.push(trace.id);
      createSpan(undefined, { name: 'child' }).end();
    });
  }
  const spans = await on.spans();
  const kept = ids.filter((id) => Number.parseInt(id.slice(-8), 16) / 2 ** 32 < 0.5);
  expect(kept.length).toBeGreaterThan(50);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(kept));
  expect(spans).toHaveLength(kept.length * 2);

  on.init({ sampleRate: 0, keepErrors: true });
  on.langfuse.received.splice(0);
  createTrace(NAME).run((trace) => createSpan(trace, { name: 'child' }).end());
  expect(await on.spans()).toEqual([]);
  createTrace(NAME).run((trace) => {
    createSpan(trace, { name: 'child' }).end();
    return { isError: true, content: [] };
  });
  expect((await on.spans()).map(({ name }) => name)).toEqual(['child', 'test']);
});

test('traceMcpTool wraps a handler with or without input', async () => {
  const signal = new AbortController().signal;
  const add = traceMcpTool('calc', 'add', 'transform', ({ a }: { a: number }, _: object) => a + 1);
  expect(add({ a: 1 }, { signal, sessionId: 's-1' })).toBe(2);
  const ping = traceMcpTool('calc', 'ping', 'verify', async (_: object) => 'pong');
  expect(await ping({ signal, sessionId: 's-2' })).toBe('pong');
  const [first, second] = await on.spans();
  expect(first).toMatchObject({
    name: 'calc:add',
    attributes: { 'session.id': 's-1', 'langfuse.observation.input': '{"a":1}' },
  });
  expect(second).toMatchObject({ name: 'calc:ping', attributes: { 'session.id': 's-2' } });
  expect(second?.attributes).not.toHaveProperty('langfuse.observation.input');
});

test('traceMcpTool records no arguments with captureInput: false', async () => {
  const lookUp = ({ args, accessToken }: { args: object; accessToken: string }) =>
    `${JSON.stringify(args)} ${accessToken.length}`;
  const traced = traceMcpTool('calc', 'look_up', 'extract', lookUp, { captureInput: false });
  expect(traced({ args: { id: 7 }, accessToken: 'a-token-of-somebody' })).toBe('{"id":7} 19');
  const [span] = await on.spans();
  expect(span).toMatchObject({ name: 'calc:look_up' });
  expect(span?.attributes).not.toHaveProperty('langfuse.observation.input');
  expect(JSON.stringify(span)).not.toContain('a-token-of-somebody');
});

test('traceMcpTool returns a function like the handler', () => {
  function add(_input: object, _extra: object) {
    return 'done';
  }
  const handler = Object.assign(add, { timeout: 5 });
  const traced = traceMcpTool('calc', 'add', 'transform', handler);
  // Frameworks use the number of parameters to find out if a tool has an input.
  expect([traced.length, traced.name, traced.timeout]).toEqual([2, 'add', 5]);
});

test('two traces of the same caller keep their own children', async () => {
  const context = { _meta: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } };
  const second = createTrace({ name: 'second', context });
  createTrace({ name: 'first', context }).run((first) => {
    second.run(() => createSpan(first, { name: 'child' }).end());
  });
  const spans = await on.spans();
  const child = spans.find(({ name }) => name === 'child');
  expect(spans.find(({ spanId }) => spanId === child?.parentSpanId)?.name).toBe('first');
});

test('a trace that is kept only if it fails does not grow without limit', async () => {
  on.init({ sampleRate: 0, keepErrors: true });
  createTrace({ name: 'endless' }).run((trace) => {
    for (let i = 0; i < 3000; i++) createSpan(trace, { name: `step ${i}` }).end();
    trace.update({ level: 'ERROR' });
  });
  const spans = await on.spans();
  expect(spans.length).toBeLessThan(620);
  expect(spans.map(({ name }) => name)).toContain('step 2999');
});

test('an undefined option counts as missing', async () => {
  on.init({ sampleRate: undefined, maxValueLength: undefined, captureInput: undefined } as object);
  createTrace({ name: 'kept', input: 'text' }).end();
  expect((await on.spans())[0]?.attributes['langfuse.observation.input']).toBe('text');
});

test('start, first token and end are of one clock, even if the machine’s clock changes', async () => {
  const trace = createTrace({ name: 'clock' });
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
  const client = {
    chat: {
      completions: {
        create: async () =>
          (async function* () {
            yield { model: 'm', choices: [{ delta: { content: 'a' } }] };
            yield { model: 'm', choices: [{ delta: { content: 'b' } }] };
          })(),
      },
    },
  };
  await trace.run(async (running) => {
    const create = observeModel(running, client).chat.completions.create as () => Promise<
      AsyncIterable<unknown>
    >;
    for await (const _ of await create());
  });
  now.mockRestore();
  const spans = await on.spans();
  const root = spans.find(({ name }) => name === 'clock');
  const model = spans.find(({ attributes }) => attributes['langfuse.observation.type'] === 'generation');
  const first = Date.parse(String(model?.attributes['langfuse.observation.completion_start_time']));
  const times = [root?.start, model?.start, first, model?.end, root?.end].map((ms) =>
    Math.floor(ms as number),
  );
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('a trace with an abandoned span is sent at the end, and marked', async () => {
  const trace = createTrace({ name: 'left' });
  createSpan(trace, { name: 'streamed body' });
  await shutdownObservability();
  const [root] = await on.spans();
  expect(root).toMatchObject({
    name: 'left',
    attributes: {
      'langfuse.observation.level': 'WARNING',
      'langfuse.observation.status_message': 'given up: it was never ended',
    },
  });
});
