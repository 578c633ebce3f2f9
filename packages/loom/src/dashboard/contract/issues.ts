import * as z from 'zod';
import { list, Money, Time } from './figures.js';
import { wholeNumber } from './params.js';

export const IssueRow = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  priority: z.number(),
  assignee: z.string().nullable(),
  sessions: z.number(),
  calls: z.number(),
  tokens: z.number(),
  cost: Money,
  updatedAt: Time,
});
export type IssueRow = z.infer<typeof IssueRow>;

export const IssuesParams = z.strictObject({
  status: z.string().optional(),
  q: z.string().optional().describe('Words to find in id, title or assignee'),
  after: wholeNumber(0, 1e9).default(0).describe('`next` of the page above'),
  limit: wholeNumber(1, 500).default(100),
});

export const Issues = z.object({
  rows: list(IssueRow),
  total: z.number(),
  next: z.number().nullable(),
  unattributed: z
    .object({ calls: z.number(), tokens: z.number(), cost: Money })
    .describe("Agents' calls that belong to no issue"),
});
export type Issues = z.infer<typeof Issues>;
