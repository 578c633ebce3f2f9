import { expect, it } from 'vitest';
import { harmless } from '../../src/text/harmless.js';

it('keeps words, lines and our own colours', () => {
  const text = 'a::b  \u001b[1mbold\u001b[22m\n\tc: #1 ü';
  expect(harmless(text)).toBe(text);
});

it.each([
  ['moves the cursor', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['turns the direction', 'a\u202eb', 'a\\u202eb'],
  ['is a command to GitHub’s runner', 'x\n  ::error::y', 'x\n  \\u003a:error::y'],
  ['is one of the old kind', 'x ##[group]y', 'x #\\u0023[group]y'],
])('writes out what %s', (_what, text, expected) => {
  expect(harmless(text)).toBe(expected);
});
