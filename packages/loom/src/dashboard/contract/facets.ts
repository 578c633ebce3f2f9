import * as z from 'zod';
import { Latency, list, Time } from './figures.js';
import { TraceFilterParams } from './filter.js';
import { Range } from './range.js';

export const FACETS = [
  'status',
  'tool',
  'method',
  'errorType',
  'client',
  'clientVersion',
  'server',
  'release',
  'environment',
  'user',
  'session',
  'model',
  'task',
] as const;
export type FacetName = (typeof FACETS)[number];

export const FacetsParams = z.strictObject({
  ...TraceFilterParams,
  names: z.string().optional().describe('Comma-separated facets; by default all except model and task'),
});

export const Facets = z.object({
  range: Range,
  facets: list(
    z.object({
      name: z.enum(FACETS),
      values: list(z.object({ value: z.string(), count: z.number() })).describe('The most frequent first'),
      more: z.number().describe('Further values'),
    }),
  ),
});
export type Facets = z.infer<typeof Facets>;

export const GroupsParams = z.strictObject({
  ...TraceFilterParams,
  by: z.enum(FACETS, 'must be one of the filters').describe('What to group by'),
});

export const GroupRow = z.object({
  value: z.string(),
  requests: z.number(),
  errors: z.number(),
  latency: Latency,
  lastAt: Time,
});
export type GroupRow = z.infer<typeof GroupRow>;

export const Groups = z.object({ range: Range, by: z.string(), total: z.number(), rows: list(GroupRow) });
export type Groups = z.infer<typeof Groups>;
