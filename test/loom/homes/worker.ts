import { ViewError } from '../../../packages/loom/src/dashboard/views/view.js';
import type { Arrivals } from '../../../packages/loom/src/receiver/trace.js';
import { D1Sql } from '../../../packages/loom/src/server/d1.js';
import type { D1Binding } from '../../../packages/loom/src/server/env.js';
import { serverHome } from '../../../packages/loom/src/server/home.js';
import { linkLate } from '../../../packages/loom/src/server/late-links.js';
import { D1TraceStore } from '../../../packages/loom/src/server/store.js';
import type { Param } from '../../../packages/loom/src/store/database.js';
import type { Statement } from '../../../packages/loom/src/store/sql.js';
import { contextOf, viewIn } from './context.js';
import { pricer } from './pricer.js';

/** Statements of one request on the paid plan of Workers. Miniflare does not count them. */
const MOST_STATEMENTS = 1000;

/** Bodies of the requests that this Worker answers, by their path. */
export interface TestRequests {
  readonly '/test/batch': { readonly statements: readonly Statement[] };
  readonly '/test/add': { readonly arrivals: Arrivals; readonly now: number };
  readonly '/test/link': { readonly sessionIds: readonly string[] };
  readonly '/test/statements': object;
  readonly '/test/view': { readonly path: string; readonly now: number };
}

let statements = 0;

class CountedSql extends D1Sql {
  override all<T extends object = Record<string, unknown>>(sql: string, ...params: Param[]): Promise<T[]> {
    count(1);
    return super.all<T>(sql, ...params);
  }

  override batch(list: readonly Statement[]): Promise<Record<string, unknown>[][]> {
    count(list.length);
    return super.batch(list);
  }
}

function count(more: number): void {
  statements += more;
  if (statements > MOST_STATEMENTS) {
    throw new Error(`This request has more than ${MOST_STATEMENTS} statements.`);
  }
}

/** One for each isolate, like in the server. Views cache their sums with it. */
let sql: D1Sql | undefined;

/** The shared code on D1, with the clock and the prices of a test. Undefined for other paths. */
export async function answer(
  request: Request,
  env: { readonly DB: D1Binding },
): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith('/test/')) {
    return undefined;
  }
  sql ??= new CountedSql(env.DB);
  if (pathname === '/test/statements') {
    return Response.json({ data: statements });
  }
  statements = 0;
  try {
    return Response.json({ data: await run(sql, pathname, await request.json()) });
  } catch (error) {
    const status = error instanceof ViewError ? error.status : 500;
    return Response.json({ error: (error as Error).message }, { status });
  }
}

function run(on: D1Sql, path: string, body: unknown): Promise<unknown> {
  switch (path) {
    case '/test/batch':
      return on.batch((body as TestRequests['/test/batch']).statements);
    case '/test/add': {
      const { arrivals, now } = body as TestRequests['/test/add'];
      return new D1TraceStore(on, pricer, () => now).add(arrivals).then((ids) => [...ids]);
    }
    case '/test/link':
      return link(on, (body as TestRequests['/test/link']).sessionIds);
    case '/test/view': {
      const { path: view, now } = body as TestRequests['/test/view'];
      return viewIn(contextOf(on, serverHome(on, undefined), now), view);
    }
    default:
      throw new Error(`${path} is not answered.`);
  }
}

/** As if a member had pushed these sessions now. */
async function link(on: D1Sql, sessionIds: readonly string[]): Promise<number> {
  const count = async () => (await on.get<{ n: number }>('SELECT SUM(revision) AS n FROM traces'))?.n ?? 0;
  const before = await count();
  await on.batch(
    sessionIds.map((id) => ({
      sql: `INSERT OR REPLACE INTO row_versions(tbl, row_key, stamp) VALUES ('sessions', json_array(?), '')`,
      params: [id],
    })),
  );
  await linkLate(on);
  return (await count()) - before;
}
