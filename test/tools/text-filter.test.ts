import { expect, it } from 'vitest';
import { CANDIDATE, candidatesWith } from '../../src/tools/candidate.js';
import { FAMILIES } from '../../src/tools/families/index.js';
import { HANDLER_MEMBERS } from '../../src/tools/vocabulary.js';

it('matches every way to run a registry’s tool, and no other call on a member', () => {
  for (const member of HANDLER_MEMBERS) {
    expect(CANDIDATE.test(`return registry[name].${member}(input);`), member).toBe(true);
  }
  expect(CANDIDATE.test('return names[0].trim();')).toBe(false);
});

it('leaves out a function without a tool’s other members, but no dispatcher', () => {
  expect(CANDIDATE.test('export const task = { execute: () => count([]) };')).toBe(false);
  for (const member of ['description', 'parameters', 'input', 'schema']) {
    expect(CANDIDATE.test(`export const add = { ${member}, execute: () => 1 };`), member).toBe(true);
    expect(CANDIDATE.test(`class Add { execute() {}\n ${member} = x; }`), member).toBe(true);
  }
  expect(CANDIDATE.test('const { handler } = registry[name];\nreturn handler(input);')).toBe(true);
  expect(CANDIDATE.test('const { execute: run }: Entry = registry[name];\nreturn run(input);')).toBe(true);
});

it('joins the patterns of all families', () => {
  for (const { id, prefilter } of FAMILIES) {
    if (prefilter) expect(CANDIDATE.source, id).toContain(prefilter.source);
  }
});

it('finds configured registrars as whole words', () => {
  const filter = candidatesWith(['accountTool$', 'addOne']);
  expect(filter.test('accountTool$(server)')).toBe(true);
  expect(filter.test('addOneMore(server)')).toBe(false);
});

it('has a different id for each family', () => {
  expect(new Set(FAMILIES.map(({ id }) => id)).size).toBe(FAMILIES.length);
});
