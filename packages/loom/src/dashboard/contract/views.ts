import * as z from 'zod';
import { ATLAS_DIMENSION } from '../../atlas-dimension.js';
import { Access } from './access.js';
import { Agents } from './agents.js';
import { AtlasBreakdown } from './atlas.js';
import { Budgets, BudgetsParams } from './budgets.js';
import { Clients, ClientView } from './clients.js';
import { ErrorGroups } from './errors.js';
import { Facets, FacetsParams, Groups, GroupsParams } from './facets.js';
import { Filled } from './filled.js';
import { TraceFilter } from './filter.js';
import { Issues, IssuesParams } from './issues.js';
import { McpSessions, McpSessionView } from './mcp-sessions.js';
import { Curves, CurvesParams, ServerParams } from './measures.js';
import { Overview } from './overview.js';
import { PlatformView } from './platform.js';
import { RangeParams } from './range.js';
import { Routing } from './routing.js';
import { Rules } from './rules.js';
import { SavedViews } from './saved-views.js';
import { SessionView } from './session.js';
import { SessionPage, SessionsParams } from './sessions.js';
import { Tools, ToolView } from './tools.js';
import { TraceView } from './trace.js';
import { TracePage, TracesParams } from './traces.js';
import { Trend } from './trend.js';

/**
 * Lists every view once: its path below `/view/` (`:id` is URL-encoded), its parameters and its answer. The
 * page, the command line, the MCP tools and the published schemas all read this list.
 *
 * Money is integer micro-USD, and null if no price is known. Times are Unix ms (of traces: with fractions),
 * durations ms.
 *
 * A cookie authenticates the page. The first load sets it from the token in the address, and the page never
 * sees it. 401 means: open the address that `lm dashboard` printed. Other errors have `{ error: string }` to
 * show.
 */
interface ViewContract {
  readonly about: string;
  readonly params: z.ZodObject;
  readonly answer: z.ZodType;
}

const none = z.strictObject({});

export const CONTRACT = {
  filled: { about: 'Which pages have content', params: none, answer: Filled },
  overview: {
    about: 'Figures of an MCP server: requests, failures, latency, tools, error groups, clients, releases',
    params: ServerParams,
    answer: Overview,
  },
  curves: {
    about: 'Requests, failures and latency over time',
    params: CurvesParams,
    answer: Curves,
  },
  tools: { about: 'Tools, resources and prompts', params: ServerParams, answer: Tools },
  'tools/:id': { about: 'One tool, resource or prompt', params: ServerParams, answer: ToolView },
  errors: { about: 'Failures, grouped', params: TraceFilter, answer: ErrorGroups },
  clients: { about: 'MCP clients and their versions', params: ServerParams, answer: Clients },
  'clients/:id': { about: 'One MCP client', params: ServerParams, answer: ClientView },
  'mcp-sessions': {
    about: 'Sessions of MCP clients, the latest first',
    params: ServerParams.extend({
      before: z.string().optional().describe('`next` of the page above'),
      limit: TracesParams.shape.limit,
    }),
    answer: McpSessions,
  },
  'mcp-sessions/:id': {
    about: 'One session of an MCP client: its calls in order',
    params: none,
    answer: McpSessionView,
  },
  facets: {
    about: 'Number of traces for each value of each filter',
    params: FacetsParams,
    answer: Facets,
  },
  groups: { about: 'Traces grouped by one of the filters', params: GroupsParams, answer: Groups },
  traces: { about: 'Traces, page by page', params: TracesParams, answer: TracePage },
  'traces/:id': {
    about: 'One trace with all its data',
    params: none,
    answer: TraceView,
  },
  'traces/:id/platform': {
    about: "The platform's spans of a trace; slow if they must be fetched from wrangler dev or Cloudflare",
    params: none,
    answer: PlatformView,
  },
  'saved-views': {
    about: 'Saved filters of traces',
    params: none,
    answer: SavedViews,
  },
  rules: { about: 'Rules, and whether each fires', params: none, answer: Rules },
  access: { about: "Keys of a team's server, and who signed in", params: none, answer: Access },
  agents: {
    about: 'Cost and activity of agents',
    params: z.strictObject(RangeParams),
    answer: Agents,
  },
  trend: {
    about: 'Cost over time, split by model or by an Atlas dimension',
    params: z.strictObject({
      by: z
        .string()
        .refine(
          (by) => by === 'model' || ATLAS_DIMENSION.test(by),
          'must be model or an Atlas dimension such as ai_task.type',
        )
        .default('model'),
      ...RangeParams,
    }),
    answer: Trend,
  },
  atlas: {
    about: 'Traces, calls and cost by Atlas term',
    params: z.strictObject({
      dimension: z
        .string()
        .regex(ATLAS_DIMENSION, 'must be one of the Atlas, such as ai_task.type')
        .default('ai_task.type'),
      ...RangeParams,
    }),
    answer: AtlasBreakdown,
  },
  sessions: { about: 'Sessions of agents, the latest first', params: SessionsParams, answer: SessionPage },
  'sessions/:id': { about: 'One session of an agent', params: none, answer: SessionView },
  issues: { about: 'Issues, open ones first, with what each cost', params: IssuesParams, answer: Issues },
  routing: {
    about: 'Routing decisions and their outcomes',
    params: z.strictObject({
      ...RangeParams,
      before: z.string().optional().describe('`next` of the page above'),
    }),
    answer: Routing,
  },
  budgets: { about: 'Budgets: spent, left, forecast', params: BudgetsParams, answer: Budgets },
} as const satisfies Record<string, ViewContract>;

export type ViewName = keyof typeof CONTRACT;
export type Views = { readonly [Name in ViewName]: z.infer<(typeof CONTRACT)[Name]['answer']> };
export type ViewParams<Name extends ViewName> = z.infer<(typeof CONTRACT)[Name]['params']>;
