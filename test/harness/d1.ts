import { readdirSync, readFileSync } from 'node:fs';
import type { Miniflare } from 'miniflare';
import { D1Sql } from '../../packages/loom/src/server/d1.js';
import type { D1Binding } from '../../packages/loom/src/server/env.js';

const MIGRATIONS = new URL('../../packages/loom/migrations/', import.meta.url);

/** The D1 of a Worker in miniflare, with Loom's migrations. */
export async function migratedD1(miniflare: Miniflare, binding = 'DB'): Promise<D1Sql> {
  const sql = new D1Sql((await miniflare.getD1Database(binding)) as unknown as D1Binding);
  for (const name of readdirSync(MIGRATIONS).sort()) {
    const text = readFileSync(new URL(name, MIGRATIONS), 'utf8');
    await sql.batch(statementsOf(text).map((one) => ({ sql: one })));
  }
  return sql;
}

/** A trigger has statements of its own. */
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
