import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { accuracyTable, agreed, readLabels } from './labels.js';

const dev = readLabels('labels.tsv');
const holdout = readLabels('labels-holdout.tsv');

test('every tool has one label, and no tool is in both tables', () => {
  const names = [...dev, ...holdout].map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
  expect(dev.length).toBe(459);
  expect(holdout.length).toBe(120);
});

test('no tool is both scored here and written into a test of the inference', () => {
  const test = readFileSync(new URL('infer-task.test.ts', import.meta.url), 'utf8');
  const written = [...test.matchAll(/(?:\['|name: ')([^']+)'/g)].map(([, name]) => name);
  const scored = new Set([...dev, ...holdout].map(({ name }) => name));

  expect(written.length).toBeGreaterThan(30);
  expect(written.filter((name) => scored.has(name ?? ''))).toEqual([]);
});

// The floors leave room for one rule more or less, not for a broken one. To say `extract` of every
// tool would meet 49 % and 45 %.
test('the inference meets at least 92 % of the labels it was improved on', () => {
  expect(agreed(dev) / dev.length).toBeGreaterThanOrEqual(0.92);
});

test('the inference meets at least 90 % of the labels it was never improved on', () => {
  expect(agreed(holdout) / holdout.length).toBeGreaterThanOrEqual(0.9);
});

test('the guide publishes the figures that hold', () => {
  const guide = readFileSync(new URL('../../docs/guides/task-types.md', import.meta.url), 'utf8');

  expect(guide).toContain(accuracyTable(dev, holdout));
});
