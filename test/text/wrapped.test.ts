import { expect, it } from 'vitest';
import { wrapped } from '../../src/text/wrapped.js';

const LINE =
  '    Nothing here has a word that is longer than the screen is wide, so it breaks between words.';

it('breaks between words, and indents all lines after the first', () => {
  const lines = wrapped(LINE, 40, 6).split('\n');
  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
  expect(lines.slice(1).every((line) => /^ {6}\S/.test(line))).toBe(true);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(LINE.trim());
});

it('ignores escape sequences in the width', () => {
  const painted = `\u001b[2m${'ab '.repeat(13).trim()}\u001b[22m`;
  expect(wrapped(painted, 40, 4)).toBe(painted);
});

it.each([
  [
    'a line with a command',
    'Update Wrangler by hand first, with this: npm install --save-dev wrangler@latest',
    40,
  ],
  ['a line without a screen', LINE, undefined],
  ['a screen too narrow to read', LINE, 12],
  ['a short line', 'short', 40],
])('leaves %s whole', (_, line, columns) => {
  expect(wrapped(line, columns, 4)).toBe(line);
});

it('keeps text between backticks on one line', () => {
  const lines = wrapped(
    'Never deployed yet? That is fine: `npx wrangler deploy --secrets-file x` brings them.',
    44,
    4,
  );
  expect(lines.split('\n').some((line) => line.includes('`npx wrangler deploy --secrets-file x`'))).toBe(
    true,
  );
});
