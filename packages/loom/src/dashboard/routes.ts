import type { Views } from './contract/views.js';
import { atlas } from './views/atlas.js';
import { budgets } from './views/budgets.js';
import { issues } from './views/issues.js';
import { overview } from './views/overview.js';
import { routing } from './views/routing.js';
import { session } from './views/session.js';
import { sessions } from './views/sessions.js';
import { tools } from './views/tools.js';
import { trace } from './views/trace.js';
import { traces } from './views/traces.js';
import { trend } from './views/trend.js';
import { type View, type ViewContext, ViewError } from './views/view.js';

const VIEWS: { readonly [Name in keyof Views]: View<Name> } = {
  overview,
  trend,
  atlas,
  tools,
  traces,
  'traces/:id': trace,
  'traces/:id/platform': ({ platform }, _query, id) => platform(id),
  sessions,
  'sessions/:id': session,
  issues,
  routing,
  budgets,
};

/** Answers a path below `/view/`, such as `traces/0af7/platform`. */
export function answerView(context: ViewContext, path: string, query: URLSearchParams): unknown {
  const [name = '', id, ...rest] = path.split('/');
  const pattern = [name, ...(id === undefined ? [] : [':id']), ...rest].join('/');
  if (!isView(pattern)) {
    throw new ViewError(404, `There is no view ${path}.`);
  }
  return VIEWS[pattern](context, query, decoded(id ?? ''));
}

function isView(name: string): name is keyof Views {
  return Object.hasOwn(VIEWS, name);
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new ViewError(400, 'The id is not URL-encoded as it should be.');
  }
}
