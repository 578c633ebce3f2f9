import { maskText } from '@create-something/observability/mask';
import { expect, test } from 'vitest';
import { INNOCENT } from './innocent.js';
import { SURROUNDINGS } from './surroundings.js';

test('ordinary lines stay, separately and together', () => {
  expect(INNOCENT.map((line) => maskText(line))).toEqual(INNOCENT);
  const text = INNOCENT.join('\n');
  expect(maskText(text)).toBe(text);
});

/** Places where the text after a line would be part of its value. */
const TELLING = [
  'after a digit',
  'after an equals sign',
  'CSV',
  'in a path',
  'URL-encoded signs around it',
  'in a URL',
  'in a URL, blanks as plus',
  'in a URL twice',
];

test.each(Object.entries(SURROUNDINGS).filter(([place]) => !TELLING.includes(place)))(
  'ordinary lines stay: %s',
  (_, put) => {
    const lines = INNOCENT.map(put);
    expect(lines.map((line) => maskText(line))).toEqual(lines);
  },
);
