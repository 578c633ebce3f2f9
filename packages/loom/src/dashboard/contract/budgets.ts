import * as z from 'zod';
import { list, Micros } from './figures.js';
import { wholeNumber } from './params.js';

export const BudgetRow = z.object({
  scope: z.enum(['session', 'issue', 'day', 'agent']),
  of: z.string(),
  limit: Micros,
  spent: Micros,
  unpriced: z.number(),
  state: z.enum(['ok', 'warn', 'over']),
  stops: z.boolean(),
  perHour: Micros,
  reachedInMs: z.number().nullable(),
  forecast: Micros.nullable(),
});
export type BudgetRow = z.infer<typeof BudgetRow>;

export const BudgetsParams = z.strictObject({
  after: wholeNumber(0, 1e9).default(0).describe('`next` of the page above'),
});

export const Budgets = z.object({
  rows: list(BudgetRow).describe('The fullest first'),
  total: z.number(),
  next: z.number().nullable(),
});
export type Budgets = z.infer<typeof Budgets>;
