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
  /** Each point covers this long; days of 23 or 25 hours count as days. */
  widthMs: z.number(),
  points: list(Point),
  previous: list(Point)
    .nullable()
    .describe('The same span before, moved onto this one; null where nothing was recorded'),
  releases: list(ReleaseMark).describe('Releases first seen in this time'),
  total: Measures,
  before: Measures.nullable().describe('The same for the previous period'),
});
export type Curves = z.infer<typeof Curves>;

/** For views about the operations of one server, or of all. */
export const ServerParams = z.strictObject({ ...RangeParams, ...DimensionParams });
