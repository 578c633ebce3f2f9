import * as z from 'zod';
import { list, Time } from './figures.js';

export const PlatformSpan = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  service: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['fetch', 'd1', 'kv', 'r2', 'durable_object', 'request', 'other']),
  startedAt: Time,
  durationMs: z.number().nullable(),
  outcome: z.string().nullable(),
  error: z.string().nullable(),
  facts: list(z.object({ label: z.string(), value: z.string() })),
  attributes: z.record(z.string(), z.unknown()),
});
export type PlatformSpan = z.infer<typeof PlatformSpan>;

export const PlatformView = z.object({
  note: z.string().nullable().describe('Why there are none, and the next step; null if there are some'),
  source: z.enum(['wrangler dev', 'cloudflare', 'saved']).nullable(),
  production: z
    .string()
    .nullable()
    .describe(
      'What production, or the environment that this ran as, records by the config; null where unknown',
    ),
  spans: list(PlatformSpan),
});
export type PlatformView = z.infer<typeof PlatformView>;
