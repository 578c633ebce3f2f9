import * as z from 'zod';
import { ClientRow } from './clients.js';
import { ErrorGroup } from './errors.js';
import { list, Money, Time } from './figures.js';
import { Measures, ReleaseMark } from './measures.js';
import { Range } from './range.js';
import { ToolRow } from './tools.js';

export const Overview = z.object({
  project: z.string(),
  now: z.number(),
  range: Range,
  servers: list(z.string()),
  total: Measures,
  before: Measures.nullable().describe('The same for the previous period; null if nothing was recorded'),
  notReached: list(z.object({ errorType: z.string(), count: z.number() })).describe(
    'Requests that failed before a handler ran',
  ),
  tools: list(ToolRow),
  errors: list(ErrorGroup),
  errorGroups: z.number(),
  clients: list(ClientRow),
  clientVersions: z.number().describe('Total count; `clients` has the busiest'),
  releases: list(ReleaseMark),
  cost: Money.describe('Cost of generations inside tool calls in this period'),
  lastAt: Time.nullable().describe('Start of the latest stored trace of any period'),
  receiver: z.object({ url: z.string() }).describe('For an empty page: where to send the first trace'),
});
export type Overview = z.infer<typeof Overview>;
