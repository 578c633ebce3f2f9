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

const Bin = z.object({
  from: z.number(),
  to: z.number(),
  decisions: z.number(),
  forecast: z.number().nullable().describe('Mean forecast; null for an empty bin'),
  observed: z.number().nullable().describe('Share that succeeded'),
});
export type Bin = z.infer<typeof Bin>;

const Regret = z.object({
  kind: z.string().describe('Kind of work'),
  decisions: z.number(),
  beside: z
    .object({ 'always best': Micros, 'always cheapest': Micros, 'earlier rules': Micros })
    .describe('Improvement if the rule had been followed; below 0 it would have been worse'),
});
export type Regret = z.infer<typeof Regret>;

const Judgement = z.object({
  reliability: z.object({
    decisions: z.number().describe('Decisions whose outcome is known'),
    bins: list(Bin).describe('Forecasts in fifths'),
    brier: z
      .number()
      .nullable()
      .describe('Mean of (forecast - outcome)²; a random guess gets 0.25. Null without an outcome'),
    calibrationError: z
      .number()
      .nullable()
      .describe('Mean distance between forecast and outcome over the bins'),
  }),
  regret: list(Regret).describe('The most decisions first'),
  explored: z.number(),
  overridden: z.number(),
  contradicting: list(z.string()).describe('Decisions whose evidence contradicts itself'),
});
export type Judgement = z.infer<typeof Judgement>;

export const Routing = z.object({
  range: Range,
  judgement: Judgement.describe('The figures of `lm route report` for the same period'),
  calibration: list(
    z.object({
      from: z.number(),
      to: z.number(),
      decisions: z.number(),
      withOutcome: z.number(),
      confidence: z.number().nullable(),
      successRate: z.number().nullable(),
    }),
  ).describe('Confidence in fifths, with the recorded outcomes of the decisions'),
  rows: list(RoutingRow).describe('The latest first'),
  total: z.number(),
  next: z.string().nullable(),
});
export type Routing = z.infer<typeof Routing>;
