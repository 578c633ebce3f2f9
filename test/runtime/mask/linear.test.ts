import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskText } from '@create-something/observability/mask';
import { expect, test } from 'vitest';
import { ALL_FORMS } from '../../../packages/observability/rules/generate.js';
import { NAMES } from '../../../packages/observability/rules/names.js';
import { SHAPES } from '../../../packages/observability/rules/shapes.js';
import { stepsOf } from './counting.js';
import { fill, randomFrom } from './examples.js';

const SEED = Date.now();
const random = randomFrom(SEED);
const HOSTILE: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'hostile.json'), 'utf8'),
);

/** The number of steps for each character of a text that repeats `unit`. */
function perCharacter(unit: string, length: number): number {
  const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  return stepsOf(() => maskText(text)) / length;
}

/** Quadratic work would need four times as many steps for each character. */
function expectLinear(unit: string, length: number): void {
  const [some, more] = [perCharacter(unit, length), perCharacter(unit, 4 * length)];
  expect({ unit, some, grows: more > 1.3 * some + 10 }).toEqual({ unit, some, grows: false });
}

test.each(Object.entries(HOSTILE))('the work is linear for a hostile text: %s', (_, unit) => {
  expectLinear(unit, 4_000);
});

/** Beginnings of secrets, names, signs and escapes, in an order that no real text has. */
const PIECES = [
  ...ALL_FORMS.flatMap(({ must }) => must),
  ...SHAPES.flatMap(({ must }) => must),
  ...NAMES.flatMap(({ must }) => must),
  ...[':', '=', '"', "'", '\\', '\\\\"', '%22', '\\n', '&quot;', '[', '{', '(', '<', '>', '@', ',', '|'],
  ...['-', '_', '.', '/', '\n', ' ', '\x1b[31m', '4111', 'name', 'value', '--', '://', '`', '\0'],
];

test(`the work is linear for a text of any pieces (seed ${SEED})`, () => {
  for (let round = 0; round < 60; round++) {
    const parts = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
      const piece = fill(PIECES[Math.floor(random() * PIECES.length)] as string, random).text;
      return piece.slice(0, 1 + Math.floor(random() * piece.length));
    });
    expectLinear(parts.join(''), 2_000);
  }
});

test('the count detects quadratic work', () => {
  const slow = (length: number) => stepsOf(() => void /a+b/.test('a'.repeat(length))) / length;
  expect(slow(400)).toBeGreaterThan(3.5 * slow(100));
});
