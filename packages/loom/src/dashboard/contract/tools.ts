import * as z from 'zod';
import { ErrorGroup } from './errors.js';
import { Latency, list, Money, Time } from './figures.js';
import { Measures } from './measures.js';
import { Range } from './range.js';

const TOOL_KINDS = ['tool', 'resource', 'prompt', 'other'] as const;

export const ToolRow = z.object({
  server: z.string().nullable(),
  tool: z.string(),
  kind: z.enum(TOOL_KINDS),
  calls: z.number(),
  errors: z.number(),
  latency: Latency,
  cost: Money,
  lastAt: Time,
});
export type ToolRow = z.infer<typeof ToolRow>;

export const Tools = z.object({
  range: Range,
  total: Measures,
  rows: list(ToolRow),
  neverCalled: list(z.string())
    .nullable()
    .describe(
      'Advertised by the last recorded tools/list and not called in this period; null if no list is recorded',
    ),
});
export type Tools = z.infer<typeof Tools>;

export const ArgumentRow = z.object({
  name: z.string(),
  used: z.number().describe('Calls with this field'),
  failed: z.number().describe('The failed ones of these calls'),
});
export type ArgumentRow = z.infer<typeof ArgumentRow>;

export const ToolView = z.object({
  range: Range,
  tool: z.string(),
  kind: z.enum(TOOL_KINDS),
  servers: list(z.string()),
  total: Measures,
  cost: Money,
  histogram: list(z.object({ fromMs: z.number(), toMs: z.number(), calls: z.number() })),
  errors: list(ErrorGroup),
  errorGroups: z.number().describe('Total count; `errors` has the largest groups'),
  arguments: z.object({
    calls: z.number().describe('The newest calls of this period that were read'),
    failed: z.number(),
    rows: list(ArgumentRow),
  }),
  clients: list(
    z.object({
      client: z.string().nullable(),
      version: z.string().nullable(),
      calls: z.number(),
      errors: z.number(),
    }),
  ),
  definition: z
    .object({
      at: Time.describe('When the list was recorded'),
      tokens: z.number().describe('Estimated: 4 characters per token'),
      share: z.number().describe('Share of the whole list, 0 to 1'),
      description: z.string().nullable(),
    })
    .nullable()
    .describe('From the last recorded tools/list; null if none is recorded'),
});
export type ToolView = z.infer<typeof ToolView>;
