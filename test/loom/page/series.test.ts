import { expect, it } from 'vitest';
import { figure, known, seriesOf, stepFigure } from '../../../packages/loom/app/charts/series.js';
import { dollars } from '../../../packages/loom/app/format.js';
import type { Trend, TrendPoint } from '../../../packages/loom/src/dashboard/contract/trend.js';

const STEPS = [1000, 2000, 3000];
const point = (at: number, key: string, micros: number | null, unpriced: number): TrendPoint => ({
  at: STEPS[at] ?? 0,
  key,
  micros,
  tokens: 10,
  calls: 1,
  unpriced,
});
const trend: Trend = {
  by: 'model',
  range: { from: 1000, to: 4000 },
  widthMs: 1000,
  steps: STEPS,
  keys: ['known', 'free', 'unknown'],
  points: [
    point(0, 'known', 2_000_000, 0),
    point(0, 'unknown', null, 1),
    point(1, 'unknown', null, 1),
    point(1, 'free', 0, 0),
  ],
};

it('a step or a sum without any price is never $0, but free calls are', () => {
  const series = seriesOf(trend, 'cost');
  expect(STEPS.map((_, at) => stepFigure(series, 'cost', at))).toEqual([
    `≥ ${dollars(2e6)}`,
    `≥ ${dollars(0)}`,
    '–',
  ]);
  const [, free, unknown] = series;
  expect(STEPS.map((_, at) => stepFigure(unknown ? [unknown] : [], 'cost', at))).toEqual([
    'no price',
    'no price',
    '–',
  ]);
  expect(STEPS.map((_, at) => stepFigure(free ? [free] : [], 'cost', at))).toEqual(['–', dollars(0), '–']);
  expect(figure('cost', known([null, null]), 2)).toBe('no price');
});

it('tokens and calls are counted with and without a price', () => {
  const series = seriesOf(trend, 'calls');
  expect(STEPS.map((_, at) => stepFigure(series, 'calls', at))).toEqual(['2', '2', '–']);
  expect(series.map(({ total }) => total)).toEqual([1, 1, 2]);
});
