import { expect, it } from 'vitest';
import { escapeForTerminal } from '../../src/text/escape-for-terminal.js';

it('keeps words, line breaks and our own colours', () => {
  const text = 'a::b  \u001b[1mbold\u001b[22m\n\tc: #1 ü';
  expect(escapeForTerminal(text)).toBe(text);
});

it.each([
  ['moves the cursor', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['changes the writing direction', 'a\u202eb', 'a\\u202eb'],
  ['is a command of GitHub’s runner', 'x\n  ::error::y', 'x\n  \\u003a:error::y'],
  ['is an old command of GitHub’s runner', 'x ##[group]y', 'x #\\u0023[group]y'],
])('escapes text that %s', (_what, text, expected) => {
  expect(escapeForTerminal(text)).toBe(expected);
});
