import * as z from 'zod';
import { list, Micros, Time } from './figures.js';
import { Range } from './range.js';

export const TrendPoint = z.object({
  at: Time.describe('Start of its step'),
  key: z.string(),
  micros: Micros.nullable(),
  tokens: z.number(),
  calls: z.number(),
  unpriced: z.number(),
});
export type TrendPoint = z.infer<typeof TrendPoint>;

export const Trend = z.object({
  range: Range,
  by: z.string(),
  widthMs: z.number().describe('Length of a step; the first and the last may be shorter'),
  steps: list(Time).describe('Start of each step'),
  keys: list(z.string()).describe('Largest cost first; after the ninth they are added up as `other`'),
  points: list(TrendPoint),
});
export type Trend = z.infer<typeof Trend>;
