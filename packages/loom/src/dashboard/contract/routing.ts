import * as z from 'zod';
import { list, Micros, Time } from './figures.js';
import { Range } from './range.js';

export const RoutingRow = z.object({
  id: z.string(),
  at: Time,
  strategy: z.string(),
  agent: z.string().nullable(),
  model: z.string(),
  confidence: z.number(),
  reason: z.string().nullable(),
  success: z.boolean().nullable().describe('Null while the outcome is unknown'),
  estimated: Micros.nullable(),
  actual: Micros.nullable(),
  sessionId: z.string().nullable(),
  issueId: z.string().nullable(),
});
export type RoutingRow = z.infer<typeof RoutingRow>;

export const Routing = z.object({
  range: Range,
  calibration: list(
    z.object({
      from: z.number(),
      to: z.number(),
      decisions: z.number(),
      withOutcome: z.number(),
      confidence: z.number().nullable(),
      successRate: z.number().nullable(),
    }),
  ).describe('Confidence in fifths beside what came of it: calibrated where the two are near'),
  rows: list(RoutingRow).describe('The latest first'),
  total: z.number(),
  next: z.string().nullable(),
});
export type Routing = z.infer<typeof Routing>;
