import * as z from 'zod';
import { list, Time } from './figures.js';
import { Range } from './range.js';
import { SessionRow } from './sessions.js';
import { TraceRow } from './traces.js';

export const McpSessionRow = z.object({
  id: z.string(),
  server: z.string().nullable(),
  client: z.string().nullable(),
  clientVersion: z.string().nullable(),
  user: z.string().nullable(),
  requests: z.number(),
  errors: z.number(),
  tools: z.number().describe('Different tools, resources and prompts'),
  firstAt: Time,
  lastAt: Time,
});
export type McpSessionRow = z.infer<typeof McpSessionRow>;

export const McpSessions = z.object({
  range: Range,
  rows: list(McpSessionRow),
  total: z.number(),
  next: z.string().nullable(),
});
export type McpSessions = z.infer<typeof McpSessions>;

export const McpSessionView = z.object({
  row: McpSessionRow,
  traces: list(TraceRow).describe('Its calls, the first one first'),
  more: z.boolean(),
  agent: SessionRow.nullable().describe('The session of the agent that called, where Loom has it'),
});
export type McpSessionView = z.infer<typeof McpSessionView>;
