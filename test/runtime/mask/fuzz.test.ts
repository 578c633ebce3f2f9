import { maskText } from '@create-something/observability/mask';
import { expect, test } from 'vitest';
import { ALL_FORMS } from '../../../packages/observability/rules/generate.js';
import { NAMES } from '../../../packages/observability/rules/names.js';
import { SHAPES } from '../../../packages/observability/rules/shapes.js';
import { fill, randomFrom } from './examples.js';
import { PAIRS, SURROUNDINGS } from './surroundings.js';

/** Each failure prints the seed. Set it here to repeat the run. */
const SEED = Date.now();
const random = randomFrom(SEED);

const FORMS = [...ALL_FORMS, ...SHAPES].flatMap(({ id, must }) => must.map((example) => ({ id, example })));
/** After a digit, a card's number is another number. */
const skips = (id: string, place: string) => id === 'card' && place === 'after a digit';

test.each(Object.entries(SURROUNDINGS))(`every form is masked: %s (seed ${SEED})`, (place, put) => {
  const leaks: string[] = [];
  for (const { id, example } of FORMS) {
    if (skips(id, place)) continue;
    const { text, needle } = fill(example, random);
    const masked = maskText(put(text));
    if (masked.includes(needle)) leaks.push(`${id} ${example}: ${masked}`);
  }
  expect(leaks).toEqual([]);
});

test.each(Object.entries(PAIRS))(`every name is known: %s (seed ${SEED})`, (_, put) => {
  const leaks: string[] = [];
  for (const { id, must } of NAMES) {
    if (id === 'query') continue;
    for (const name of must) {
      const value = fill(id === 'card' ? '<16d>' : 'a7<14>', random).text;
      const masked = maskText(put(name, value));
      if (masked.includes(value)) leaks.push(`${name}: ${masked}`);
    }
  }
  expect(leaks).toEqual([]);
});

test.each([
  ['between quotes', (value: string) => `{"password":"${value}","b":1}`],
  ['without quotes', (value: string) => `PASSWORD=${value} next`],
  ['in a header', (value: string) => `Cookie: a=${value}\nnext`],
  ['in brackets', (value: string) => `tokens: ["${value}", "x"]`],
])(`a value that is longer than the read part is masked to its end: %s (seed ${SEED})`, (_, put) => {
  const { text } = fill('<2500>', random);
  const masked = maskText(put(text));
  expect(masked).not.toContain(text.slice(-40));
  expect(masked.length).toBeLessThan(60);
});
