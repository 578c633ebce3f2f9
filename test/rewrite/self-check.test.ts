import { expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';
import { readSource } from '../../src/rewrite/read-source.js';
import { faultIn } from '../../src/rewrite/self-check.js';

const INTENT = { fallbackName: 'notes', aiBinding: 'AI', tasks: new Map(), includeUnreachable: false };
const PATH = 'src/index.ts';
const TEXT = `export const tools = (server: Server) => {
  server.tool('first', async () => one());
  server.tool('second', async () => two());
};
`;

const after = (() => {
  const [change] = planTools([{ path: PATH, text: TEXT, reachable: true }], INTENT).changes;
  return change?.action === 'modify' ? splice(TEXT, change.edits) : TEXT;
})();
const { sites } = readSource(PATH, TEXT, INTENT);
const planned = { sites, importsAt: 0 };

it('finds nothing wrong where each tool has one wrapper around its function', () => {
  expect(faultIn(PATH, after, TEXT, planned)).toBeUndefined();
});

it.each([
  [
    'a wrapper is around another function',
    after.replace('async () => two()', 'two'),
    'another function is wrapped',
  ],
  [
    'a wrapper is missing',
    after.replace(/createTrace\(\{[^}]*second[^}]*\}\)\.run\((async \(\) => two\(\))\)/, '$1'),
    'another function is wrapped',
  ],
  ['the text does not parse', `${after}}`, 'does not parse'],
])('finds that %s', (_, text, fault) => {
  expect(text).not.toBe(after);
  expect(faultIn(PATH, text, TEXT, planned)).toBe(fault);
});

it('finds an unplanned wrapper', () => {
  expect(faultIn(PATH, after, TEXT, { ...planned, sites: sites.slice(0, 1) })).toBe(
    'another function is wrapped',
  );
});
