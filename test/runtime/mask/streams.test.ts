import { createTrace, observeModel } from '@create-something/observability';
import { expect, test } from 'vitest';
import { ALL_FORMS } from '../../../packages/observability/rules/generate.js';
import { SHAPES } from '../../../packages/observability/rules/shapes.js';
import { observed } from '../support/observed.js';
import { fill, randomFrom } from './examples.js';
import { SURROUNDINGS } from './surroundings.js';

const on = observed();

/** Each failure prints the seed. Set it here to repeat the run. */
const SEED = Date.now();
const random = randomFrom(SEED);

const FORMS = [...ALL_FORMS, ...SHAPES].flatMap(({ id, must }) => must.map((example) => ({ id, example })));

/** Pieces of one to seven characters, like the streams of models. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.floor(random() * 7);
    parts.push(text.slice(at, at + length));
    at += length;
  }
  return parts;
}

async function* streamOf(text: string) {
  for (const content of pieces(text)) yield { model: 'm', choices: [{ delta: { content } }] };
}

const PLACES = Object.entries(SURROUNDINGS);

test(`a secret in pieces of a stream is masked, for every form, in any context (seed ${SEED})`, async () => {
  const needles: { id: string; place: string; needle: string }[] = [];
  for (const { id, example } of FORMS) {
    const { text, needle } = fill(example, random);
    // After a digit, a card's number is another number.
    const places = PLACES.filter(([place]) => id !== 'card' || place !== 'after a digit');
    const [place, put] = places[Math.floor(random() * places.length)] as (typeof PLACES)[number];
    needles.push({ id, place, needle });
    const client = {
      chat: { completions: { create: async () => streamOf(`Here it is:\n${put(text)}\nAnything else?`) } },
    };
    await createTrace({ name: `calc:${id}` }).run(async (trace) => {
      const create = observeModel(trace, client).chat.completions.create as (
        body: object,
      ) => Promise<AsyncIterable<unknown>>;
      for await (const _ of await create({ model: 'm', stream: true, messages: [] }));
    });
  }
  const generations = (await on.spans()).filter(
    ({ attributes }) => attributes['langfuse.observation.type'] === 'generation',
  );
  expect(generations).toHaveLength(FORMS.length);
  const sent = JSON.stringify(on.langfuse.received);
  expect(sent).toContain('Here it is');
  expect(needles.filter(({ needle }) => sent.includes(JSON.stringify(needle).slice(1, -1)))).toEqual([]);
});
