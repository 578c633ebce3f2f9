import * as z from 'zod';
import { BudgetRow } from './budgets.js';
import { list, Money, Time } from './figures.js';
import { IssueRow } from './issues.js';
import { RoutingRow } from './routing.js';
import { SessionRow } from './sessions.js';
import { TraceRow } from './traces.js';

export const SessionView = z.object({
  row: SessionRow,
  terminationReason: z.string().nullable(),
  iterations: list(
    z.object({
      n: z.number(),
      startedAt: Time,
      endedAt: Time.nullable(),
      calls: z.number(),
      tools: z.number(),
      tokens: z.number(),
      cost: Money,
      outcome: z.string().nullable(),
    }),
  ),
  models: list(z.object({ model: z.string(), calls: z.number(), tokens: z.number(), cost: Money })),
  files: list(z.object({ path: z.string(), change: z.string(), added: z.number(), removed: z.number() })),
  checkpoints: list(
    z.object({ id: z.string(), at: Time, summary: z.string(), commit: z.string().nullable() }),
  ),
  tools: list(z.object({ name: z.string(), calls: z.number(), errors: z.number() })),
  issue: IssueRow.nullable(),
  budgets: list(BudgetRow),
  routing: list(RoutingRow),
  traces: list(TraceRow).describe('Traces of MCP servers that this session called; the latest 200'),
  traceCount: z.number(),
});
export type SessionView = z.infer<typeof SessionView>;
