import * as z from 'zod';
import { list, Micros, Time } from './figures.js';
import { TraceFilterParams } from './filter.js';
import { wholeNumber } from './params.js';

export const TraceRow = z.object({
  id: z.string(),
  name: z.string(),
  server: z.string().nullable(),
  tool: z.string().nullable(),
  method: z.string().nullable(),
  failed: z.boolean(),
  errorType: z.string().nullable(),
  statusMessage: z.string().nullable(),
  startedAt: Time,
  durationMs: z.number().nullable(),
  sessionId: z.string().nullable(),
  client: z.string().nullable(),
  clientVersion: z.string().nullable(),
  release: z.string().nullable(),
  environment: z.string().nullable(),
  user: z.string().nullable(),
  task: z.string().nullable().describe('Atlas ai_task.type'),
  preview: z.string().nullable().describe('The beginning of its input, as JSON'),
  generations: z.number(),
  tokens: z.number(),
  micros: Micros.nullable(),
  unpriced: z.number(),
});
export type TraceRow = z.infer<typeof TraceRow>;

export const TracesParams = z.strictObject({
  ...TraceFilterParams,
  sort: z
    .enum(['newest', 'slowest', 'errors'], 'must be newest, slowest or errors')
    .default('newest')
    .describe('`errors` puts failed ones first'),
  before: z.string().optional().describe('`next` of the page above'),
  limit: wholeNumber(1, 500).default(100),
});
export type TracesParams = z.infer<typeof TracesParams>;

export const TracePage = z.object({
  rows: list(TraceRow),
  total: z.number().describe('Number of matches, counted up to 10,000'),
  more: z.boolean().describe('Whether more traces match than `total`'),
  next: z.string().nullable().describe('`before` of the next page; null at the end'),
  searched: z
    .number()
    .nullable()
    .describe(
      'Inputs and outputs were searched for `q` only in this number of the newest traces; null if in all',
    ),
});
export type TracePage = z.infer<typeof TracePage>;
