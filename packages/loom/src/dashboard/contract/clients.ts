import * as z from 'zod';
import { ErrorGroup } from './errors.js';
import { Latency, list, Time } from './figures.js';
import { Measures } from './measures.js';
import { Range } from './range.js';

export const ClientRow = z.object({
  client: z.string().nullable().describe('The name that it sent; null if it sent none'),
  version: z.string().nullable(),
  requests: z.number(),
  errors: z.number(),
  latency: Latency,
  lastAt: Time,
});
export type ClientRow = z.infer<typeof ClientRow>;

export const Clients = z.object({ range: Range, rows: list(ClientRow) });
export type Clients = z.infer<typeof Clients>;

export const ClientView = z.object({
  range: Range,
  client: z.string(),
  total: Measures,
  versions: list(ClientRow),
  tools: list(
    z.object({ server: z.string().nullable(), tool: z.string(), calls: z.number(), errors: z.number() }),
  ),
  errors: list(ErrorGroup),
  errorGroups: z.number().describe('Total count; `errors` has the largest groups'),
});
export type ClientView = z.infer<typeof ClientView>;
