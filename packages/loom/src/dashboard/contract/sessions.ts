import * as z from 'zod';
import { list, Money, Time } from './figures.js';
import { wholeNumber } from './params.js';
import { RangeParams } from './range.js';

export const SessionRow = z.object({
  id: z.string(),
  agent: z.string(),
  title: z.string().nullable(),
  status: z.string(),
  issueId: z.string().nullable(),
  branch: z.string().nullable(),
  startedAt: Time,
  lastSeenAt: Time,
  endedAt: Time.nullable(),
  calls: z.number(),
  tokens: z.number(),
  cost: Money,
});
export type SessionRow = z.infer<typeof SessionRow>;

export const SessionsParams = z.strictObject({
  ...RangeParams,
  issue: z.string().optional().describe('Only sessions that worked on this issue'),
  before: z.string().optional().describe('`next` of the page above'),
  limit: wholeNumber(1, 500).default(50),
});

export const SessionPage = z.object({
  rows: list(SessionRow),
  total: z.number(),
  next: z.string().nullable(),
});
export type SessionPage = z.infer<typeof SessionPage>;
