import { readFileSync } from 'node:fs';
import { maskText } from '@create-something/observability/mask';
import { expect, test } from 'vitest';
import {
  ALL_FORMS,
  generate,
  generateIds,
  guideTable,
} from '../../../packages/observability/rules/generate.js';
import { NAMES } from '../../../packages/observability/rules/names.js';
import { SHAPES } from '../../../packages/observability/rules/shapes.js';
import { fill, randomFrom } from './examples.js';

const SEED = Date.now();
const random = randomFrom(SEED);

test('the runtime’s module and the guide’s table are up to date', () => {
  expect(readFileSync('packages/observability/src/mask/rules.ts', 'utf8')).toBe(generate());
  expect(readFileSync('packages/observability/src/mask/rule-ids.ts', 'utf8')).toBe(generateIds());
  expect(readFileSync('docs/guides/privacy.md', 'utf8')).toContain(guideTable());
});

test.each([...ALL_FORMS, ...SHAPES].flatMap(({ id, must }) => must.map((example) => [id, example])))(
  `%s: %s is masked (seed ${SEED})`,
  (_, example) => {
    for (let i = 0; i < 20; i++) {
      const { text, needle } = fill(example as string, random);
      expect(maskText(text)).not.toContain(needle);
    }
  },
);

test.each([...ALL_FORMS, ...SHAPES].flatMap(({ id, mustNot }) => mustNot.map((text) => [id, text])))(
  '%s: %s stays',
  (_, text) => {
    expect(maskText(text as string)).toBe(text);
    expect(maskText(`see ${text} there`)).toBe(`see ${text} there`);
  },
);

test.each(NAMES.flatMap(({ id, must }) => must.map((name) => [id, name])))(
  `%s: the value of %s is masked (seed ${SEED})`,
  (id, name) => {
    const value = fill(id === 'card' ? '<16d>' : 'aB3<16>', random).text;
    expect(maskText(`${name}=${value}`)).toBe(`${name}=[masked]`);
  },
);

test.each(NAMES.flatMap(({ id, mustNot }) => mustNot.map((name) => [id, name])))(
  '%s: the value of %s stays',
  (_, name) => {
    expect(maskText(`${name}=aB3dE5fG7hJ9`)).toBe(`${name}=aB3dE5fG7hJ9`);
  },
);
