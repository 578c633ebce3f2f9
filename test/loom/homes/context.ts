import type { Home } from '../../../packages/loom/src/dashboard/home.js';
import { answerView } from '../../../packages/loom/src/dashboard/routes.js';
import type { ViewContext } from '../../../packages/loom/src/dashboard/views/view.js';
import type { Sql } from '../../../packages/loom/src/store/sql.js';

/** The context of the views, for a synthetic project. */
export function contextOf(db: Sql, home: Home, now: number): ViewContext {
  return {
    db,
    home,
    now,
    project: 'shop',
    receiverUrl: 'http://127.0.0.1:4319',
    langfuseUrl: null,
    platform: async () => ({ note: 'not asked', source: null, production: null, spans: [] }),
  };
}

/** @param path below `/view/`, with its query */
export async function viewIn(context: ViewContext, path: string): Promise<unknown> {
  const [name = '', query] = path.split('?');
  return answerView(context, name, new URLSearchParams(query));
}
