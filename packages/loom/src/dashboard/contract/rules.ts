import * as z from 'zod';
import { list, Time } from './figures.js';

export const RuleRow = z.object({
  id: z.string(),
  when: z.string(),
  server: z.string().nullable(),
  environment: z.string().nullable(),
  webhook: z.string().nullable().describe('Its address, without the parts that may be secret'),
  state: z.enum(['firing', 'ok', 'unknown']).describe('`unknown`: nothing was recorded in its period'),
  shown: z.string().describe('Its current value, as text'),
  requests: z.number(),
  tool: z.string().nullable(),
  from: Time,
  to: Time,
});
export type RuleRow = z.infer<typeof RuleRow>;

export const Rules = z.object({
  rows: list(RuleRow),
  problem: z.string().nullable().describe('Why the rules cannot be read'),
});
export type Rules = z.infer<typeof Rules>;
