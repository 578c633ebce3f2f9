import * as z from 'zod';
import { list, Money } from './figures.js';
import { Range } from './range.js';
import { SessionRow } from './sessions.js';

const AgentSums = z.object({
  cost: Money.describe("Cost of agents' calls plus generations in traces"),
  calls: z.number().describe("Agents' own tool calls"),
  errors: z.number().describe('The failed ones of these'),
});

export const Agents = z.object({
  range: Range,
  total: AgentSums,
  before: AgentSums.describe('The same for the previous period'),
  tools: list(z.object({ name: z.string(), calls: z.number(), errors: z.number() })).describe(
    'The 20 most called tools',
  ),
  toolNames: z.number().describe('Number of different tools called'),
  running: list(SessionRow),
  stuck: list(SessionRow).describe('Marked as running, but silent for long or without a process'),
  sync: z.object({
    queued: z.number(),
    sent: z.number(),
    failed: z.number(),
    lastSentAt: z.number().nullable(),
    problem: z.string().nullable().describe("Why a team's server sends nothing now"),
  }),
});
export type Agents = z.infer<typeof Agents>;
