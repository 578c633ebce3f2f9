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
  note: z.string().nullable().describe('Why the list is empty, and the next step; null if it is not'),
  source: z.enum(['wrangler dev', 'cloudflare', 'saved']).nullable(),
  production: z
    .string()
    .nullable()
    .describe(
      'What production (or the environment of this trace) records according to the config; null if unknown',
    ),
  spans: list(PlatformSpan),
});
export type PlatformView = z.infer<typeof PlatformView>;
