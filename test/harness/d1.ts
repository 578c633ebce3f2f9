import { readdirSync, readFileSync } from 'node:fs';
import type { Miniflare } from 'miniflare';
import { D1Sql } from '../../packages/loom/src/server/d1.js';
import type { D1Binding, D1Result, D1Statement } from '../../packages/loom/src/server/env.js';
import type { Statement } from '../../packages/loom/src/store/sql.js';

const MIGRATIONS = new URL('../../packages/loom/migrations/', import.meta.url);

/**
 * A path that the Worker must serve: it gets `{ sql, params }[]` and returns the batch's results. Miniflare's own proxy
 * keeps an object for each statement, and needs a minute to end.
 */
export const SQL_PATH = '/test/sql';
export const SQL_ANSWER = `Response.json(await env.DB.batch((await request.json()).map(({ sql, params }) => env.DB.prepare(sql).bind(...params))))`;

interface Bound extends D1Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

function remote(miniflare: Miniflare): D1Binding {
  const batch = async (statements: readonly D1Statement[]): Promise<D1Result[]> => {
    const body = JSON.stringify((statements as Bound[]).map(({ sql, params }) => ({ sql, params })));
    const answer = await miniflare.dispatchFetch(`http://worker.test${SQL_PATH}`, { method: 'POST', body });
    if (!answer.ok) {
      throw new Error(await answer.text());
    }
    return (await answer.json()) as D1Result[];
  };
  const bound = (sql: string, params: readonly unknown[]): Bound => {
    const one: Bound = {
      sql,
      params,
      bind: (...values) => bound(sql, values),
      all: async () => (await batch([one]))[0] as D1Result,
    };
    return one;
  };
  return { prepare: (sql) => bound(sql, []), batch };
}

/** The D1 of a Worker in miniflare, with Loom's migrations. The Worker answers {@link SQL_PATH}. */
export async function migratedD1(miniflare: Miniflare, until: Until = {}): Promise<D1Sql> {
  const sql = new D1Sql(remote(miniflare));
  await migrateD1((statements) => sql.batch(statements), until);
  return sql;
}

interface Until {
  /** Name of the first migration that is not applied. All are, without it. */
  readonly before?: string;
}

/** Applies Loom's migrations. */
export async function migrateD1(
  batch: (statements: readonly Statement[]) => Promise<unknown>,
  { before }: Until = {},
): Promise<void> {
  const names = readdirSync(MIGRATIONS).sort();
  for (const name of before === undefined ? names : names.slice(0, names.indexOf(before))) {
    await batch(migrationStatements(name));
  }
}

export function migrationStatements(name: string): Statement[] {
  return statementsOf(readFileSync(new URL(name, MIGRATIONS), 'utf8')).map((sql) => ({ sql }));
}

/** A trigger contains statements. */
function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let open = '';
  for (const part of text.replaceAll(/--.*$/gm, '').split(';')) {
    open += part;
    if (/^\s*CREATE TRIGGER/i.test(open) && !/\bEND\s*$/i.test(open)) {
      open += ';';
    } else {
      statements.push(open);
      open = '';
    }
  }
  return statements.filter((one) => one.trim() !== '');
}
