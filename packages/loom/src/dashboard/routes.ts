import type * as z from 'zod';
import { CONTRACT, type ViewName, type Views } from './contract/views.js';
import { access } from './views/access.js';
import { agents } from './views/agents.js';
import { atlas } from './views/atlas.js';
import { budgets } from './views/budgets.js';
import { client, clients } from './views/clients.js';
import { curves } from './views/curves.js';
import { errors } from './views/error-groups.js';
import { facets, groups } from './views/facets.js';
import { filled } from './views/filled.js';
import { issues } from './views/issues.js';
import { mcpSession, mcpSessions } from './views/mcp-sessions.js';
import { overview } from './views/overview.js';
import { routing } from './views/routing.js';
import { rules } from './views/rules.js';
import { savedViews } from './views/saved-views.js';
import { session } from './views/session.js';
import { sessions } from './views/sessions.js';
import { tool } from './views/tool.js';
import { tools } from './views/tools.js';
import { trace } from './views/trace.js';
import { traces } from './views/traces.js';
import { trend } from './views/trend.js';
import { type View, type ViewContext, ViewError } from './views/view.js';

const RUN: { readonly [Name in ViewName]: View<Name> } = {
  filled,
  overview,
  curves,
  tools,
  'tools/:id': tool,
  errors,
  clients,
  'clients/:id': client,
  'mcp-sessions': mcpSessions,
  'mcp-sessions/:id': mcpSession,
  facets,
  groups,
  traces,
  'traces/:id': trace,
  'traces/:id/platform': ({ platform }, _params, id) => platform(id),
  'saved-views': savedViews,
  rules,
  access,
  agents,
  trend,
  atlas,
  sessions,
  'sessions/:id': session,
  issues,
  routing,
  budgets,
};

export interface Asked {
  readonly id?: string | undefined;
  /** By name: text from a URL, or typed values. Empty text counts as missing. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** Runs a view for the page, the command line or an agent. */
export async function runView<Name extends ViewName>(
  context: ViewContext,
  name: Name,
  { id = '', params = {} }: Asked = {},
): Promise<Views[Name]> {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
  const read = CONTRACT[name].params.safeParse(Object.fromEntries(given));
  if (!read.success) {
    throw new ViewError(400, problemOf(read.error.issues[0]));
  }
  return (await (RUN[name] as View<ViewName>)(context, read.data as never, id)) as Views[Name];
}

/** Runs the view at a path below `/view/`, such as `traces/0af7/platform`. */
export function answerView(context: ViewContext, path: string, query: URLSearchParams): Promise<unknown> {
  const [name = '', id, ...rest] = path.split('/');
  const pattern = [name, ...(id === undefined ? [] : [':id']), ...rest].join('/');
  if (!isView(pattern)) {
    throw new ViewError(404, `There is no view "${path}".`);
  }
  return runView(context, pattern, { id: decoded(id ?? ''), params: Object.fromEntries(query) });
}

function isView(name: string): name is ViewName {
  return Object.hasOwn(CONTRACT, name);
}

function problemOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') {
    return `There is no parameter ${issue.keys.join(', ')} here.`;
  }
  return `${issue?.path.join('.')} ${issue?.message}.`;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new ViewError(400, 'The id is not URL-encoded correctly.');
  }
}
