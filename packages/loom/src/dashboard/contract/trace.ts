import * as z from 'zod';
import { BudgetRow } from './budgets.js';
import { list, Micros, Time } from './figures.js';
import { IssueRow } from './issues.js';
import { RoutingRow } from './routing.js';
import { SessionRow } from './sessions.js';
import { TraceRow } from './traces.js';

const Fields = z.record(z.string(), z.unknown());

export const ObservationView = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  type: z.string(),
  name: z.string(),
  level: z.string(),
  statusMessage: z.string().nullable(),
  startedAt: Time,
  durationMs: z.number().nullable(),
  model: z.string().nullable(),
  modelParameters: Fields.nullable(),
  usage: z.record(z.string(), z.number()).nullable(),
  micros: Micros.nullable(),
  costBasis: z.string().nullable(),
  input: z.unknown(),
  output: z.unknown(),
  metadata: Fields,
  attributes: Fields,
  events: list(z.object({ name: z.string(), at: Time, attributes: Fields })).describe(
    'Events of the span, in order',
  ),
  duplicates: z.number().describe('How often its id arrived again'),
});
export type ObservationView = z.infer<typeof ObservationView>;

export const ScoreView = z.object({
  id: z.string(),
  name: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  dataType: z.string().nullable(),
  comment: z.string().nullable(),
  observationId: z.string().nullable(),
});
export type ScoreView = z.infer<typeof ScoreView>;

export const LoomLink = z
  .object({
    basis: z.string().describe('How the session was identified'),
    session: SessionRow,
    issue: IssueRow.nullable(),
    routing: RoutingRow.nullable(),
    budgets: list(BudgetRow),
  })
  .describe("The agent's side of this call");
export type LoomLink = z.infer<typeof LoomLink>;

export const TraceView = z.object({
  row: TraceRow,
  input: z.unknown(),
  output: z.unknown(),
  metadata: Fields,
  tags: list(z.string()),
  protocolVersion: z.string().nullable(),
  observations: list(ObservationView).describe('Parents before children, siblings by start'),
  scores: list(ScoreView),
  loom: LoomLink.nullable(),
  langfuseUrl: z.string().nullable().describe('Its address on Langfuse, if it was forwarded'),
});
export type TraceView = z.infer<typeof TraceView>;
