import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createTrace, observeFetch, observeModel } from '@create-something/observability';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { installApart } from '../../harness/npm.js';
import type { ReadSpan } from './langfuse.js';
import { type Answer, startModelServer } from './model-server.js';
import { observed } from './observed.js';

// biome-ignore lint/suspicious/noExplicitAny: the real clients are installed apart, out of the type checker's sight
export type Any = any;

/** A program that uses a client. It returns its results. */
type Scenario = (client: Any, see: (what: unknown) => void) => unknown;

/**
 * Sets up a test file with the real client of a provider, and our server instead of the provider's.
 * @param make creates a client that sends to `url` with `fetcher`
 */
export function modelSdk(
  folder: string,
  module: string,
  make: (sdk: Any, url: string, fetcher: typeof fetch) => Any,
) {
  const on = observed();
  let server: Awaited<ReturnType<typeof startModelServer>>;
  let sdk: Any;
  beforeAll(async () => {
    const modules = await installApart(`${folder}-sdk`, `test/runtime/sdks/${folder}`);
    sdk = createRequire(join(modules, 'here.js'))(module);
    server = await startModelServer();
  }, 300_000);
  afterEach(() => expect(server.answers.splice(0)).toEqual([]));
  afterAll(() => server.close());

  /**
   * Runs a program without us, and with `observeModel` around its client or `observeFetch` below it. The results must
   * be the same. Returns them and the generations.
   */
  async function both(answers: Answer[], scenario: Scenario, by: 'client' | 'fetch' = 'client') {
    server.answers.push(...answers, ...answers);
    const plain = await seenBy(scenario, make(sdk, server.url, fetch));
    const seen = await createTrace({ name: 'server:ask' }).run((trace) => {
      const fetcher = by === 'fetch' ? observeFetch(trace, fetch) : fetch;
      const client = make(sdk, server.url, fetcher);
      return seenBy(scenario, by === 'client' ? observeModel(trace, client) : client);
    });
    expect(seen).toEqual(plain);
    const spans = await on.spans();
    const [root] = spans.filter(({ name }) => name === 'server:ask');
    const generations = spans.filter((span) => span !== root);
    for (const { parentSpanId } of generations) expect(parentSpanId).toBe(root?.spanId);
    return { seen: seen.map(({ what }) => what), generations: generations.map(read) };
  }
  return both;
}

async function seenBy(scenario: Scenario, client: Any) {
  const seen: { what: unknown; kind: unknown }[] = [];
  const see = (what: unknown) => seen.push({ what, kind: Object(what).constructor });
  try {
    see(await scenario(client, see));
  } catch (error) {
    const { name, message, status, cause } = error as Any;
    see({ error: (error as Error).constructor.name, name, message, status, cause });
  }
  return seen;
}

const PREFIX = 'langfuse.observation.';

/** A generation in a form for tests. */
function read({ name, attributes }: ReadSpan) {
  const json = (key: string) => {
    const text = attributes[PREFIX + key] as string | undefined;
    try {
      return text === undefined ? undefined : JSON.parse(text);
    } catch {
      return text;
    }
  };
  expect(attributes[`${PREFIX}type`]).toBe('generation');
  return {
    name,
    model: attributes[`${PREFIX}model.name`],
    input: json('input'),
    output: json('output'),
    parameters: json('model.parameters'),
    usage: json('usage_details'),
    streamed: `${PREFIX}completion_start_time` in attributes,
    level: attributes[`${PREFIX}level`],
    says: attributes[`${PREFIX}status_message`],
  };
}
