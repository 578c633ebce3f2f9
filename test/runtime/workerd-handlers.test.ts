import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Langfuse, startLangfuse } from './support/langfuse.js';
import { startWorker } from './support/worker.js';

const SOURCE = `
import { DurableObject } from 'cloudflare:workers';
import { createTrace, createSpan, createGeneration, observeModel, withTrace, shutdownObservability, getClient } from '@create-something/observability';
import { workerTaskMetadata } from '@create-something/observability/atlas';

export class Counter extends DurableObject {
  count = 0;
  add() {
    return withTrace({ name: 'counter:add' }, async () => {
      await this.ctx.storage.put('count', ++this.count);
      return this.count;
    });
  }
  // A session that stays open over many calls.
  open() { this.trace = createTrace({ name: 'session' }); }
  step(i) { createSpan(this.trace, { name: 'step ' + i }).end(); }
  close() { this.trace.end(); }
}

// The shape of the binding for Workers AI: private fields, so that a method called on a proxy would throw.
class Ai {
  #answers = 0;
  async run(model, { stream }) {
    this.#answers++;
    if (!stream) return { response: 'hello', usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 } };
    const parts = ['data: {"response":"hel"}\\n\\nda', 'ta: {"response":"lo"}\\n\\n', 'data: {"response":"","usage":{"prompt_tokens":3,"completion_tokens":2}}\\n\\ndata: [DONE]\\n\\n'];
    return new ReadableStream({ pull(c) { const part = parts.shift(); part ? c.enqueue(new TextEncoder().encode(part)) : c.close(); } });
  }
  get answers() { return this.#answers; }
}

export default {
  async fetch(request, env) {
    const path = new URL(request.url).pathname.slice(1);
    const counter = env.COUNTER.getByName('a');
    if (path === 'do') return Response.json(await counter.add());
    if (path === 'session') {
      await counter.open();
      for (let i = 0; i < 3; i++) await counter.step(i);
      await counter.close();
      return new Response('closed');
    }
    if (path === 'ai' || path === 'stream') {
      const ai = new Ai();
      return createTrace({ name: path }).run(async (trace) => {
        const observed = observeModel(trace, ai);
        const answer = await observed.run('@cf/meta/llama', { prompt: 'hi', stream: path === 'stream', temperature: 0.5 });
        return path === 'stream' ? new Response(answer) : Response.json([answer.response, observed.answers]);
      });
    }
    if (path === 'service') {
      return createTrace({ name: path }).run(async (trace) =>
        Response.json(await observeModel(trace, env.MODEL).run('@cf/remote', { prompt: 'hi' })));
    }
    if (path === 'slow') {
      const trace = createTrace({ name: 'slow' });
      await scheduler.wait(200);
      createSpan(trace, { name: 'step' }).end();
      trace.end('answer');
      return new Response('ok');
    }
    if (path === 'flush') {
      await getClient().flush();
      return new Response('ok');
    }
    if (path === 'no-parent') {
      const { response } = await createTrace({ name: path }).run(() => observeModel(undefined, new Ai()).run('m', { prompt: 'hi' }));
      return new Response(response);
    }
    if (path === 'unmanaged') {
      const trace = createTrace({ name: 'unmanaged' });
      createGeneration(trace, { name: 'g', model: 'm' }).end('out');
      return new Response('ok');
    }
    if (path === 'shutdown') {
      createGeneration(createTrace({ name: 'shut' }), { name: 'g', model: 'm' }).end('out');
      await shutdownObservability();
      return new Response('ok');
    }
    return createTrace({ name: 'plain', metadata: { path } }).run(async (trace) => {
      await scheduler.wait(5);
      createSpan(trace, { name: 'child of ' + path }).end();
      return new Response(path);
    });
  },
  queue(batch) {
    return withTrace({ name: 'queue', metadata: workerTaskMetadata('main', 'aggregation') }, () => { batch.ackAll(); });
  },
  scheduled() {
    return withTrace({ name: 'cron', metadata: workerTaskMetadata('main', 'scheduling') }, () => undefined);
  },
};
// In the global scope nothing can be recorded; nothing may break either.
createTrace({ name: 'global' }).run(() => 1);`;

const MODEL = `
import { WorkerEntrypoint } from 'cloudflare:workers';
export default class extends WorkerEntrypoint {
  run(model, { prompt }) { return { response: prompt + ' from ' + model, usage: { prompt_tokens: 1, completion_tokens: 2 } }; }
}`;

let langfuse: Langfuse;
let worker: Awaited<ReturnType<typeof startWorker>>;
beforeAll(async () => {
  langfuse = await startLangfuse();
  worker = await startWorker(SOURCE, {
    bindings: langfuse.keys(),
    durableObjects: { COUNTER: 'Counter' },
    serviceBindings: { MODEL: 'model' },
    beside: { model: { source: MODEL } },
  });
});
beforeEach(() => langfuse.received.splice(0));
afterAll(async () => {
  await worker.close();
  await langfuse.close();
});
const arrived = (count: number) =>
  langfuse.until(() => langfuse.spans().length >= count).then(() => langfuse.spans());

test('a Durable Object sends what each call records', async () => {
  expect(await worker.get('/do')).toBe('1');
  expect(await worker.get('/do')).toBe('2');
  expect((await arrived(2)).map(({ name }) => name)).toEqual(['counter:add', 'counter:add']);
});

test('a session that a Durable Object keeps open between calls arrives as one tree', async () => {
  expect(await worker.get('/session')).toBe('closed');
  const spans = await arrived(4);
  const root = spans.find(({ name }) => name === 'session');
  expect(spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId).map(({ name }) => name)).toEqual([
    'step 0',
    'step 1',
    'step 2',
  ]);
});

test('queue and cron', async () => {
  const fetcher = await worker.miniflare.getWorker('main');
  await fetcher.queue('q', [{ id: '1', timestamp: new Date(), attempts: 1, body: 'x' }]);
  await fetcher.scheduled({ cron: '* * * * *' });
  const spans = await arrived(2);
  expect(spans.map(({ name }) => name).sort()).toEqual(['cron', 'queue']);
  expect(spans[0]?.attributes['langfuse.trace.metadata.system_task.worker']).toBe('main');
});

test('Workers AI becomes a generation, and its result is unchanged', async () => {
  expect(await worker.get('/ai')).toBe('["hello",1]');
  const [generation] = await arrived(2);
  expect(generation).toMatchObject({
    name: 'ai.run',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': '@cf/meta/llama',
      'langfuse.observation.input': 'hi',
      'langfuse.observation.output': 'hello',
      'langfuse.observation.model.parameters': '{"temperature":0.5}',
      'langfuse.observation.usage_details': '{"input":3,"output":1,"total":4}',
      'langfuse.observation.metadata.ai_task.type': 'generate',
    },
  });
});

test('a stream passes through byte for byte and is recorded when it ends', async () => {
  expect(await worker.get('/stream')).toBe(
    'data: {"response":"hel"}\n\ndata: {"response":"lo"}\n\ndata: {"response":"","usage":{"prompt_tokens":3,"completion_tokens":2}}\n\ndata: [DONE]\n\n',
  );
  const generation = (await arrived(2)).find(({ name }) => name === 'ai.run');
  expect(generation?.attributes).toMatchObject({
    'langfuse.observation.output': 'hello',
    'langfuse.observation.usage_details': '{"input":3,"output":2}',
    'langfuse.observation.completion_start_time': expect.any(String),
  });
});

test('a model behind a service binding, on which every property is a remote method', async () => {
  expect(JSON.parse(await worker.get('/service'))).toMatchObject({ response: 'hi from @cf/remote' });
  const generation = (await arrived(2)).find(({ name }) => name === 'ai.run');
  expect(generation?.attributes['langfuse.observation.output']).toBe('hi from @cf/remote');
});

test('a flush in one request does not affect another', async () => {
  const slow = worker.get('/slow');
  const flushes = Array.from({ length: 5 }, () => worker.get('/flush'));
  expect(await Promise.all([slow, ...flushes])).toEqual(Array(6).fill('ok'));
  const spans = await arrived(2);
  expect(spans.map(({ name }) => name).sort()).toEqual(['slow', 'step']);
  const [step, root] = spans.sort((a, b) => b.name.localeCompare(a.name));
  expect(step?.parentSpanId).toBe(root?.spanId);
  expect(root?.attributes['langfuse.observation.output']).toBe('answer');
});

test.each([
  ['without', []],
  ['with', ['nodejs_compat']],
])('a model call without a parent is recorded %s AsyncLocalStorage', async (how, compatibilityFlags) => {
  const other = await startWorker(SOURCE, {
    bindings: langfuse.keys(),
    compatibilityFlags,
    durableObjects: { COUNTER: 'Counter' },
    serviceBindings: { MODEL: 'model' },
    beside: { model: { source: MODEL } },
  });
  expect(await other.get('/no-parent')).toBe('hello');
  const spans = await arrived(2);
  const root = spans.find(({ name }) => name === 'no-parent');
  const model = spans.find(({ name }) => name === 'ai.run');
  // If the runtime does not know the running trace, the call becomes a separate trace.
  expect(model?.parentSpanId).toBe(how === 'with' ? root?.spanId : undefined);
  expect(model?.traceId === root?.traceId).toBe(how === 'with');
  await other.close();
});

test('a trace that no one runs or ends arrives by itself, or at shutdown', async () => {
  expect(await worker.get('/shutdown')).toBe('ok');
  expect((await arrived(2)).map(({ name }) => name)).toEqual(['g', 'shut']);
  langfuse.received.splice(0);
  expect(await worker.get('/unmanaged')).toBe('ok');
  expect((await arrived(2)).map(({ name }) => name)).toEqual(['g', 'unmanaged']);
});

test('every span of 200 concurrent requests arrives', async () => {
  const paths = Array.from({ length: 200 }, (_, i) => `r${i}`);
  expect(await Promise.all(paths.map((path) => worker.get(`/${path}`)))).toEqual(paths);
  const spans = await arrived(400);
  for (const path of paths) {
    const child = spans.find(({ name }) => name === `child of ${path}`);
    const root = spans.find(({ spanId }) => spanId === child?.parentSpanId);
    expect(root?.attributes['langfuse.trace.metadata.path']).toBe(path);
  }
});
