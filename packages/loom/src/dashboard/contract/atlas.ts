import * as z from 'zod';
import { list, Money } from './figures.js';
import { Range } from './range.js';

export const AtlasRow = z.object({
  term: z.string(),
  traces: z.number().describe('Tool calls of MCP servers'),
  errors: z.number(),
  calls: z.number().describe('Calls of agents'),
  cost: Money,
  tokens: z.number(),
});
export type AtlasRow = z.infer<typeof AtlasRow>;

export const AtlasBreakdown = z.object({
  range: Range,
  dimension: z.string(),
  dimensions: list(z.string()).describe('Every dimension that has a term'),
  rows: list(AtlasRow),
});
export type AtlasBreakdown = z.infer<typeof AtlasBreakdown>;
