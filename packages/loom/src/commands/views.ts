import { basename, dirname } from 'node:path';
import type { ViewName, Views } from '../dashboard/contract/views.js';
import { laptopHome } from '../dashboard/laptop.js';
import { type Asked, runView } from '../dashboard/routes.js';
import { ViewError } from '../dashboard/views/view.js';
import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { LocalSql } from '../store/sql.js';
import { type GlobalArgs, withLoomToRead } from './spec.js';

export type Ask = <Name extends ViewName>(name: Name, asked?: Asked) => Promise<Views[Name]>;

/** Opens the project's Loom, and asks its views as the page does. */
export function withViews<T>(args: GlobalArgs, fn: (ask: Ask, db: Database) => Promise<T>): Promise<T> {
  return withLoomToRead(args, (db) => fn(askerOf(db), db));
}

export function askerOf(db: Database): Ask {
  const sql = new LocalSql(db);
  const home = laptopHome(db);
  return async (name, asked) => {
    try {
      return await runView(
        {
          db: sql,
          home,
          now: Date.now(),
          project: basename(dirname(dirname(db.path))),
          receiverUrl: '',
          langfuseUrl: null,
          platform: async () => ({
            note: 'The dashboard asks for platform spans.',
            source: null,
            production: null,
            spans: [],
          }),
        },
        name,
        asked,
      );
    } catch (error) {
      if (error instanceof ViewError) {
        throw new LoomError(
          error.message,
          error.status === 404
            ? 'Run `lm traces` to see what there is.'
            : 'Run the command with --help to see more.',
          error.status === 404 ? EXIT.notFound : EXIT.usage,
        );
      }
      throw error;
    }
  };
}
