import { expect, it } from 'vitest';
import { CANDIDATE } from '../../src/tools/candidate.js';
import { parse, ts } from '../../src/tools/syntax/syntax.js';

it('filters texts without starting the compiler', () => {
  expect(CANDIDATE.test("server.registerTool('a', {}, run);")).toBe(true);
  expect(CANDIDATE.test('export const one = 1;')).toBe(false);
  expect(ts).toBeUndefined();
  parse('src/index.ts', 'export const one = 1;');
  expect(ts).toBeDefined();
});
