import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Edit, invert, splice } from '../../src/core/edits.js';

/** A text with edits that do not overlap. */
const edited = fc
  .tuple(fc.string({ maxLength: 60 }), fc.array(fc.tuple(fc.nat(60), fc.nat(5), fc.string({ maxLength: 5 }))))
  .map(([text, wanted]) => {
    const edits: Edit[] = [];
    let free = 0;
    for (const [at, length, added] of wanted.sort((a, b) => a[0] - b[0])) {
      const start = Math.min(Math.max(at, free), text.length);
      const end = Math.min(start + length, text.length);
      if (start < free) continue;
      edits.push({ start, end, text: added });
      free = end;
    }
    return { text, edits };
  });

it('invert restores the text after any edits', () => {
  fc.assert(
    fc.property(edited, ({ text, edits }) => {
      const after = splice(text, edits);
      expect(splice(after, invert(text, edits))).toBe(text);
    }),
  );
});

it('keeps the order of insertions at one offset', () => {
  const edits = ['a', 'b', 'c'].map((text) => ({ start: 1, end: 1, text }));
  expect(splice('[]', edits)).toBe('[abc]');
});

it.each([
  [
    [
      { start: 0, end: 2, text: 'x' },
      { start: 1, end: 3, text: 'y' },
    ],
  ],
  [[{ start: 0, end: 9, text: 'x' }]],
  [[{ start: 2, end: 1, text: 'x' }]],
])('refuses edits that overlap or leave the text: %j', (edits) => {
  expect(() => splice('abc', edits)).toThrow(RangeError);
});
