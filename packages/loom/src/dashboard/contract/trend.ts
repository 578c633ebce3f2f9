import * as z from 'zod';
import { list, Micros } from './figures.js';

export const TrendPoint = z.object({
  day: z.string().describe('YYYY-MM-DD on the calendar of this machine'),
  key: z.string(),
  micros: Micros.nullable(),
  tokens: z.number(),
  calls: z.number(),
  unpriced: z.number(),
});
export type TrendPoint = z.infer<typeof TrendPoint>;

export const Trend = z.object({
  by: z.string(),
  days: list(z.string()),
  keys: list(z.string()).describe('Largest cost first; beyond the ninth they are added up as `other`'),
  points: list(TrendPoint),
});
export type Trend = z.infer<typeof Trend>;
