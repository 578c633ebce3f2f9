import fc from 'fast-check';
import { expect, it } from 'vitest';
import { each, members, parsePart, type Shape } from '../../../packages/loom/src/ingest/partial-json.js';

const SHAPE = members({
  a: true,
  b: members({ a: true, c: each(members({ a: true, d: true })) }),
  'é"': true,
});

/** A slower implementation: parses everything, then removes the unwanted parts. */
function wanted(value: unknown, shape: Shape): unknown {
  if (shape !== true && shape instanceof Map && typeof value === 'object' && value && !Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => {
        const inner = (shape as ReadonlyMap<string, Shape>).get(name);
        return inner === undefined ? [] : [[name, wanted(member, inner)]];
      }),
    );
  }
  return shape !== true && 'each' in shape && Array.isArray(value)
    ? value.map((element) => wanted(element, shape.each))
    : value;
}

const names = fc.constantFrom('a', 'b', 'c', 'd', 'é"', 'other', '\\', 'a"}');
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'x', '\n', 'ß', '😀') }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 5 }),
  ),
})).value;

it('returns the wanted parts of any JSON with any spacing', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      expect(parsePart(text, SHAPE)).toEqual(wanted(JSON.parse(text), SHAPE));
    }),
    { numRuns: 500 },
  );
});

it('rejects a text that was cut anywhere', () => {
  fc.assert(
    fc.property(
      fc.dictionary(names, json, { minKeys: 1, maxKeys: 4 }),
      fc.double({ min: 0, max: 0.999 }),
      (value, at) => {
        const text = JSON.stringify(value);
        expect(() => parsePart(text.slice(0, Math.floor(text.length * at)), SHAPE)).toThrow(SyntaxError);
      },
    ),
  );
});

it.each(['', '{"a":1}{', '{"a":1,}', '{"a" 1}', '{a:1}', '["a"', '{"other":}'])('rejects %s', (text) => {
  expect(() => parsePart(text, SHAPE)).toThrow(SyntaxError);
});
