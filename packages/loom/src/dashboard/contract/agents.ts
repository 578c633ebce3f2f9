import * as z from 'zod';
import { list, Money } from './figures.js';
import { SessionRow } from './sessions.js';

export const Agents = z.object({
  now: z.number(),
  cost: z
    .object({ today: Money, days7: Money, days30: Money })
    .describe(
      "Agents' calls and generations of traces, added. Since midnight, and that many days, today among them",
    ),
  calls: z
    .object({ today: z.number(), days7: z.number(), days30: z.number() })
    .describe("Agents' own tool calls"),
  errors: z.object({ today: z.number(), days7: z.number(), days30: z.number() }),
  tools: list(z.object({ name: z.string(), calls: z.number(), errors: z.number() })).describe('Of 30 days'),
  running: list(SessionRow),
  stuck: list(SessionRow).describe('Marked as running, but silent for long or without a process'),
  sync: z.object({
    queued: z.number(),
    sent: z.number(),
    failed: z.number(),
    lastSentAt: z.number().nullable(),
  }),
});
export type Agents = z.infer<typeof Agents>;
