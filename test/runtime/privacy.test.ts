import { createGeneration, createSpan, createTrace, recordScore } from '@create-something/observability';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { observed } from './support/observed.js';

const on = observed();

const letters = (min: number, max = min) =>
  fc.string({
    unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'),
    minLength: min,
    maxLength: max,
  });

/** It has a digit between its letters. Only letters could be a word, which stays unmasked after some names. */
const token = (length: number) => letters(length).map((s) => `${s.slice(0, 5)}7${s.slice(6)}`);

/** A card number with a valid check digit. */
const card = fc
  .tuple(fc.constantFrom('4', '51', '37'), fc.array(fc.nat(9), { minLength: 15, maxLength: 15 }))
  .map(([prefix, rest]) => {
    const digits = (prefix + rest.join('')).slice(0, prefix === '37' ? 14 : 15);
    const sum = [...digits].reverse().reduce((total, digit, i) => {
      const product = Number(digit) * (i % 2 ? 1 : 2);
      return total + (product > 9 ? product - 9 : product);
    }, 0);
    return digits + ((10 - (sum % 10)) % 10);
  });

/** A secret with a known form, and its part that must not be sent. */
const secret = fc.oneof(
  letters(20, 48).map((s) => ({ text: `sk-${s}`, secret: s })),
  letters(20, 40).map((s) => ({ text: `sk-ant-api03-${s}`, secret: s })),
  letters(36).map((s) => ({ text: `ghp_${s}`, secret: s })),
  letters(60).map((s) => ({ text: `github_pat_${s}`, secret: s })),
  letters(24).map((s) => ({ text: `xoxb-${s}`, secret: s })),
  letters(16).map((s) => ({ text: `AKIA${s.toUpperCase()}`, secret: s.toUpperCase() })),
  letters(35).map((s) => ({ text: `AIza${s}`, secret: s })),
  fc
    .tuple(letters(20), letters(30), letters(43))
    .map(([h, p, s]) => ({ text: `eyJ${h}.eyJ${p}.${s}`, secret: s })),
  letters(20, 60).map((s) => ({ text: `Authorization: Bearer ${s}`, secret: s })),
  letters(12, 40).map((s) => ({ text: `authorization: Basic ${s}==`, secret: s })),
  letters(12).map((s) => ({ text: `postgres://admin:${s}@db.example.com/prod`, secret: s })),
  token(12).map((s) => ({ text: `https://api.example.com/v1?api_key=${s}&page=2`, secret: s })),
  token(12).map((s) => ({ text: `password = ${s}`, secret: s })),
  token(12).map((s) => ({ text: `Server=db;Uid=sa;Pwd=${s};`, secret: s })),
  token(12).map((s) => ({ text: JSON.stringify({ client_secret: `two words ${s}` }), secret: s })),
  token(12).map((s) => ({
    text: JSON.stringify({ nested: JSON.stringify({ access_token: s }) }),
    secret: s,
  })),
  letters(12).map((s) => ({ text: `Cookie: theme=dark; session=${s}`, secret: s })),
  letters(64).map((s) => ({
    text: `-----BEGIN RSA PRIVATE KEY-----\n${s}\n-----END RSA PRIVATE KEY-----`,
    secret: s,
  })),
  card.map((digits) => ({ text: digits, secret: digits })),
  card.map((digits) => ({
    text: `card ${digits.replace(/(.{4})(?=.)/g, '$1 ')} expires 12/30`,
    secret: digits.slice(-4) + digits.slice(0, 4),
  })),
);

/** A name whose values are always secret. */
const secretName = fc.constantFrom(
  'password',
  'userPassword',
  'PASSWD',
  'api_key',
  'apiKey',
  'x-api-key',
  'X-Api-Key',
  'secret',
  'clientSecret',
  'aws_secret_access_key',
  'accessToken',
  'refresh_token',
  'token',
  'Authorization',
  'cookie',
  'set-cookie',
  'credentials',
  'privateKey',
  'pin',
  'cvv',
  'ssn',
  'otp',
);

/** A place in a value, at any depth. */
const around = (value: unknown) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom('list', 'object', 'text', 'map', 'json', 'error', 'key'),
        fc.constant('object'),
      ),
      { maxLength: 4 },
    )
    .map((layers) =>
      layers.reduce<unknown>((inner, layer) => {
        if (layer === 'list') return ['before', inner, 7];
        if (layer === 'map') return new Map([['entry', inner]]);
        if (layer === 'text' && typeof inner === 'string') return `some text, ${inner} and more`;
        if (layer === 'json' && typeof inner === 'string') return JSON.stringify({ inner });
        if (layer === 'error' && typeof inner === 'string') return new Error(inner);
        if (layer === 'key' && typeof inner === 'string') return { [inner]: 1 };
        return { label: 'x', inner };
      }, value),
    );

/** Puts a value into every field that a program can set. */
function plant(value: unknown): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const trace = createTrace({
    name: text,
    input: value,
    metadata: { note: value, [text]: value },
    tags: [text],
    userId: text,
    sessionId: text,
    version: text,
    context: {
      sessionId: text,
      requestId: text,
      authInfo: { clientId: text, extra: { sub: text }, token: text },
      _meta: { 'io.modelcontextprotocol/clientInfo': { name: text, version: text } },
      requestInfo: { headers: { 'user-agent': text, 'cf-ray': text, cookie: text } },
    },
  });
  createSpan(trace, {
    name: text,
    input: value,
    statusMessage: text,
    metadata: { deep: { note: value } },
  }).end(value);
  const fields = { model: text, modelParameters: { stop: value }, output: value };
  createGeneration(trace, { name: text, ...fields }).end();
  recordScore(trace, { name: text, value: text, comment: text });
  recordScore({ sessionId: text }, { id: text, name: text, value: text });
  try {
    trace.run(() => {
      throw new Error(text);
    });
  } catch {}
  createTrace({ name: 'returned' }).run(() => ({
    isError: true,
    content: [{ type: 'text', text }],
    structured: value,
  }));
}

/** Everything that arrived, without the gaps between digits, so that card numbers are visible. */
async function arrived(): Promise<string> {
  await on.scores();
  return on.langfuse.received
    .splice(0)
    .map(({ text }) => text)
    .join('\n');
}

test('no secret with a known form arrives, in any field', async () => {
  await fc.assert(
    fc.asyncProperty(
      secret.chain((planted) => around(planted.text).map((value) => ({ ...planted, value }))),
      async (planted) => {
        plant(planted.value);
        const everything = await arrived();
        expect(everything).toContain('[masked]');
        expect(everything).not.toContain(planted.secret);
      },
    ),
    { numRuns: 400 },
  );
});

test('no value arrives whose name is that of a secret', async () => {
  // A random value has more than lower-case letters, because a word may be the name's type.
  const random = (length: number) => letters(length).filter((text) => /[a-z]\d[A-Za-z]/.test(text));
  const value = fc.oneof(
    random(10),
    fc.integer({ min: 10_000_000, max: 99_999_999 }),
    random(9).map((s) => [s, { s }]),
  );
  await fc.assert(
    fc.asyncProperty(secretName, value, fc.integer({ min: 0, max: 3 }), async (name, secretValue, depth) => {
      let planted: unknown = { [name]: secretValue };
      for (let i = 0; i < depth; i++) planted = i % 2 ? [planted] : { planted };
      plant(planted);
      const needle = Array.isArray(secretValue) ? String(secretValue[0]) : String(secretValue);
      expect(await arrived()).not.toContain(needle);
    }),
    { numRuns: 300 },
  );
});

test('a secret at the cut of a long text does not show its first half', async () => {
  await fc.assert(
    fc.asyncProperty(letters(40), fc.integer({ min: 0, max: 60 }), async (key, shift) => {
      on.init({ maxValueLength: 200 });
      createTrace({
        name: 'cut',
        input: `${'word '.repeat(40).slice(shift)}sk-${key}${' tail'.repeat(300)}`,
      }).end();
      expect(await arrived()).not.toContain(`sk-${key.slice(0, 8)}`);
    }),
    { numRuns: 100 },
  );
});

test.each(['auth', 'pwd', 'pin', 'otp', 'cvv', 'ssn', 'password'])(
  'JSON that is cut, or inside a text, does not show its %s',
  async (key) => {
    on.init({ maxValueLength: 300 });
    const json = JSON.stringify({ id: 1, [key]: '8675309', rest: 'x'.repeat(400) });
    createTrace({ name: 'cut', input: json, output: `The answer: {"${key}": 8675309}` }).end();
    createTrace({ name: 'nested', input: JSON.stringify({ json }) }).end();
    expect(await arrived()).not.toContain('8675309');
  },
);

test('ordinary values arrive unchanged', async () => {
  const plain = {
    max_tokens: 512,
    tokens: 7,
    token_count: 9,
    id: '0b5e9a34-33a7-4a7e-9a4c-1d8b6b1f0a55',
    when: 1795368681993,
    sha: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    text: 'The tokenizer made 3 tokens: fine. See https://example.com/a?b=c',
    author: 'Ann',
    ok: true,
    none: null,
    order: 4111111111111112,
    // A valid card number, but in the middle of an id.
    trace: 'e5f64111111111111111a0b1c2d3e4f5',
  };
  createTrace({ name: 'plain', input: plain }).end();
  expect(JSON.parse(String((await on.spans())[0]?.attributes['langfuse.observation.input']))).toEqual(plain);
});

test('e-mail addresses are masked on request', async () => {
  createTrace({ name: 'a', input: 'write to ann@example.com' }).end();
  on.init({ maskEmails: true });
  createTrace({ name: 'b', input: 'write to ann@example.com' }).end();
  const inputs = (await on.spans()).map(({ attributes }) => attributes['langfuse.observation.input']);
  expect(inputs).toEqual(['write to ann@example.com', 'write to [masked]']);
});

test("the user's mask gets every text after the built-in mask, and may fail", async () => {
  on.init({ mask: (text) => text.replaceAll('Ann', '***') });
  createTrace({ name: 'for Ann', input: { Ann: ['Ann', 'sk-0123456789abcdef'] }, userId: 'Ann' }).end();
  const [first] = await on.spans();
  expect(first?.name).toBe('for ***');
  expect(first?.attributes).toMatchObject({
    'user.id': '***',
    'langfuse.observation.input': '{"***":["***","[masked]"]}',
  });
  on.init({
    mask: () => {
      throw new Error('broken');
    },
  });
  on.langfuse.received.splice(0);
  createTrace({ name: 'broken', input: 'secret text' }).end();
  expect((await on.spans())[0]?.attributes['langfuse.observation.input']).toBe('[masked]');
  on.init({ mask: false });
  on.langfuse.received.splice(0);
  createTrace({ name: 'off', input: { password: 'p' } }).end();
  expect((await on.spans())[0]?.attributes['langfuse.observation.input']).toBe('{"password":"p"}');
});

test('inputs and outputs can be left out or reduced to their outline', async () => {
  on.init({ captureInput: 'summary', captureOutput: 'off' });
  createTrace({ name: 's', input: { q: 'words', list: [1, 2], on: true, deep: { n: 1 } } }).run(() => 'out');
  const [span] = await on.spans();
  expect(span?.attributes['langfuse.observation.input']).toBe(
    '{"q":"string(5)","list":"object(2)","on":"boolean","deep":{"n":"number"}}',
  );
  expect(span?.attributes).not.toHaveProperty('langfuse.observation.output');
});

test('values that JSON can’t express are described, not lost', async () => {
  const circular: Record<string, unknown> = { name: 'loop' };
  circular['self'] = circular;
  const input = {
    big: 10n,
    date: new Date(0),
    error: new Error('e'),
    set: new Set([1]),
    map: new Map([['k', 'v']]),
    bytes: new Uint8Array(3),
    fn() {},
    none: undefined,
    stream: new ReadableStream(),
    nan: Number.NaN,
    circular,
    get bad() {
      throw new Error('no');
    },
  };
  createTrace({ name: 'odd', input: { list: [undefined, () => {}], empty: {}, ...{ a: 1 } } }).end();
  const { bad: _, ...rest } = Object.getOwnPropertyDescriptors(input);
  createTrace({ name: 'odd', input: Object.defineProperties({}, rest) }).end();
  createTrace({ name: 'odd', input }).end();
  const [lists, odd, unreadable] = (await on.spans()).map(({ attributes }) =>
    String(attributes['langfuse.observation.input']),
  );
  expect(lists).toBe('{"list":[null,null],"empty":{},"a":1}');
  expect(odd).toContain(
    '"big":"10","date":"1970-01-01T00:00:00.000Z","error":"Error: e","set":[1],"map":{"k":"v"}',
  );
  expect(odd).toContain('"bytes":"[object Uint8Array]","stream":"[object ReadableStream]","nan":"NaN"');
  expect(odd).toContain('[deeper]');
  expect(unreadable).toBe('[unreadable]');
});
