import * as z from 'zod';
import { list, Time } from './figures.js';

export const AccessKey = z.object({
  id: z.string(),
  kind: z.enum(['ingest', 'read', 'login']),
  name: z.string(),
  service: z.string().nullable().describe('The only MCP server that it may write for'),
  createdAt: Time,
  createdBy: z.string().nullable(),
  expiresAt: Time.nullable(),
  revokedAt: Time.nullable(),
  usedAt: Time.nullable().describe('To the hour'),
});
export type AccessKey = z.infer<typeof AccessKey>;

export const AccessEvent = z.object({
  at: Time,
  kind: z.string(),
  subject: z.string().describe('Id of the key'),
  place: z.string().nullable().describe('Network address of the client'),
  says: z.string(),
});
export type AccessEvent = z.infer<typeof AccessEvent>;

export const Access = z.object({
  keys: list(AccessKey).describe('The latest first'),
  log: list(AccessEvent).describe('The latest first'),
});
export type Access = z.infer<typeof Access>;
