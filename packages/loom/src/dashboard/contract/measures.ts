import * as z from 'zod';
import { Latency, list, Time } from './figures.js';
import { DimensionParams, TraceFilterParams } from './filter.js';
import { Range, RangeParams } from './range.js';

export const Measures = z
  .object({
    requests: z.number(),
    errors: z.number().describe('Requests that failed'),
    latency: Latency,
  })
  .describe('Figures of recorded operations');
export type Measures = z.infer<typeof Measures>;

export const Point = z.object({
  at: Time,
  requests: z.number(),
  errors: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
});
export type Point = z.infer<typeof Point>;

export const ReleaseMark = z.object({ release: z.string(), at: Time.describe('First seen') });
export type ReleaseMark = z.infer<typeof ReleaseMark>;

export const CurvesParams = z.strictObject(TraceFilterParams);

export const Curves = z.object({
  range: Range,
  /** Milliseconds of each point; a day counts as one step, even if it has 23 or 25 hours. */
  widthMs: z.number(),
  points: list(Point),
  previous: list(Point)
    .nullable()
    .describe('The previous period, shifted to this one; null if nothing was recorded'),
  releases: list(ReleaseMark).describe('Releases first seen in this period'),
  total: Measures,
  before: Measures.nullable().describe('The same for the previous period'),
});
export type Curves = z.infer<typeof Curves>;

/** For views about the operations of one server or of all servers. */
export const ServerParams = z.strictObject({ ...RangeParams, ...DimensionParams });
