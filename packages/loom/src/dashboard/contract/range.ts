import * as z from 'zod';
import { Time } from './figures.js';

/** The period of an answer. `from` and `to` override `since`, and `since` overrides `last`. */
export const RangeParams = {
  last: z
    .string()
    .regex(/^[1-9]\d{0,3}[mhdw]$/, 'must be a span such as 15m, 24h or 7d')
    .optional()
    .describe('Span that ends now, such as 15m, 24h or 7d'),
  since: z
    .literal('release', 'must be release')
    .optional()
    .describe('`release`: since the latest release was first seen'),
  from: z.coerce.number('must be a number').optional().describe('Unix ms, inclusive'),
  to: z.coerce.number('must be a number').optional().describe('Unix ms, exclusive; default now'),
};

export const Range = z.object({ from: Time, to: Time });
export type Range = z.infer<typeof Range>;
