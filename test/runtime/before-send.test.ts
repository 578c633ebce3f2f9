import { createSpan, createTrace } from '@create-something/observability';
import { expect, test, vi } from 'vitest';
import { observed } from './support/observed.js';

const on = observed();
const INPUT = 'langfuse.observation.input';

test('beforeSend gets masked values, and its changes are masked again', async () => {
  const seen: string[] = [];
  on.init({
    beforeSend(observation) {
      seen.push(observation.fields['input'] ?? '');
      observation.name = `${observation.name}!`;
      observation.fields['input'] = `changed, password=${'Xy7'.repeat(5)}`;
      observation.metadata['more'] = 'yes';
      observation.trace['userId'] = 'somebody';
    },
  });
  createTrace({ name: 'a', input: { password: 'Ab1'.repeat(5) }, userId: 'ann' }).end();
  const [span] = await on.spans();
  expect(seen).toEqual(['{"password":"[masked]"}']);
  expect(span?.name).toBe('a!');
  expect(span?.attributes).toMatchObject({
    [INPUT]: 'changed, password=[masked]',
    'langfuse.observation.metadata.more': 'yes',
    'user.id': 'somebody',
  });
});

test.each([
  ['null', () => null],
  ['false', () => false as const],
  ['a promise of null', async () => null],
])('an observation is dropped by %s, and the others are sent', async (_, answer) => {
  on.init({ beforeSend: (observation) => (observation.name === 'drop' ? answer() : observation) });
  createTrace({ name: 'root' }).run((trace) => {
    createSpan(trace, { name: 'drop' }).end();
    createSpan(trace, { name: 'keep' }).end();
  });
  expect((await on.spans()).map(({ name }) => name).sort()).toEqual(['keep', 'root']);
});

test('an error, a rejection and a promise that never settles drop only that observation, with one warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  on.init({
    beforeSend(observation) {
      if (observation.name === 'throws') throw new Error(`no, token=${'Ab1'.repeat(5)}`);
      if (observation.name === 'rejects') return Promise.reject(new Error('no'));
      if (observation.name === 'hangs') return new Promise(() => {});
      return { ...observation, name: 'fine' };
    },
  });
  createTrace({ name: 'root' }).run((trace) => {
    for (const name of ['throws', 'rejects', 'hangs', 'child']) createSpan(trace, { name }).end();
  });
  expect((await on.spans()).map(({ name }) => name)).toEqual(['fine', 'fine']);
  expect(warn.mock.calls).toEqual([[expect.stringContaining('beforeSend failed')]]);
  expect(String(warn.mock.calls)).not.toContain('Ab1Ab1');
  warn.mockRestore();
});

test('LANGFUSE_MASK is strict, standard or off; other values mean strict', async () => {
  const text = `word: hunter, password: dragon, id ${'a1B2c3D4'.repeat(3)}`;
  const sent = async (level?: string) => {
    if (level === undefined) delete process.env['LANGFUSE_MASK'];
    else process.env['LANGFUSE_MASK'] = level;
    on.init();
    on.langfuse.received.splice(0);
    createTrace({ name: 'level', input: text }).end();
    return (await on.spans())[0]?.attributes[INPUT];
  };
  const strict = 'word: hunter, password: [masked], id [masked]';
  try {
    expect(await sent()).toBe(text);
    expect(await sent('off')).toBe(text);
    expect(await sent('strict')).toBe(strict);
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(await sent('everything')).toBe(strict);
  } finally {
    delete process.env['LANGFUSE_MASK'];
    vi.restoreAllMocks();
  }
});
