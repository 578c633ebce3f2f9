import { basename, dirname } from 'node:path';
import { laptopHome } from '../dashboard/laptop.js';
import { runView } from '../dashboard/routes.js';
import { ViewError } from '../dashboard/views/view.js';
import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { LocalSql } from '../store/sql.js';
import type { Ask } from './ask-views.js';
import { type GlobalArgs, withLoomToRead } from './spec.js';
import { teamAsker } from './team-views.js';

/** Where views are asked. */
export interface Source {
  readonly ask: Ask;
  /** The one trace whose id begins so. */
  readonly wholeId: (begun: string) => Promise<string>;
  /** Differs from the last answer when something may have been written since. */
  readonly version: () => unknown;
  /** How often it may be asked for that, in ms. */
  readonly everyMs: number;
}

export const REMOTE = {
  type: 'boolean',
  default: false,
  describe: "Ask the team's server (LOOM_SERVER_URL, LOOM_SERVER_KEY) instead of this machine",
} as const;

const LOCAL_MS = 300;
const REMOTE_MS = 3000;

/** Asks the views as the page does: of this project's Loom, or of the team's server. */
export async function withViews<T>(
  args: GlobalArgs & { readonly remote?: boolean },
  fn: (source: Source) => Promise<T>,
): Promise<T> {
  return args.remote ? fn(teamSource(args.cwd)) : withLoomToRead(args, (db) => fn(sourceOf(db)));
}

export function sourceOf(db: Database): Source {
  return {
    ask: askerOf(db),
    wholeId: async (begun) => wholeId(db, begun),
    version: () => db.get('PRAGMA data_version')?.data_version,
    everyMs: LOCAL_MS,
  };
}

/** The team's server. */
export function teamSource(cwd: string): Source {
  const ask = teamAsker(cwd);
  let asked = 0;
  return {
    ask,
    wholeId: async (begun) => {
      if (/^[0-9a-f]{32}$/.test(begun)) {
        return begun;
      }
      const { rows } = await ask('traces', { params: { q: begun, limit: 100 } });
      return theOne(
        rows.map(({ id }) => id).filter((id) => id.startsWith(begun)),
        begun,
      );
    },
    version: () => {
      asked += 1;
      return asked;
    },
    everyMs: REMOTE_MS,
  };
}

function wholeId(db: Database, begun: string): string {
  const found = db.all<{ id: string }>(
    'SELECT id FROM traces WHERE id = ?1 UNION ALL SELECT id FROM traces WHERE id > ?1 AND id < ?2 LIMIT 3',
    begun,
    `${begun}\u{10FFFF}`,
  );
  return theOne(
    found.map(({ id }) => id),
    begun,
  );
}

/** `found` are those that begin so, one that is called so whole before all others. */
function theOne(found: readonly string[], begun: string): string {
  const exact = found.find((id) => id === begun);
  const [first, second] = found;
  if (first === undefined || begun === '') {
    throw new LoomError(`There is no trace "${begun}".`, 'Run `lm traces` to see the newest.', EXIT.notFound);
  }
  if (exact === undefined && second !== undefined) {
    throw new LoomError(
      `Several traces begin with ${begun}.`,
      'Type more characters of the id. --json prints the whole id.',
      EXIT.usage,
    );
  }
  return exact ?? first;
}

function askerOf(db: Database): Ask {
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
            ? 'Run `lm traces` to see the existing ones.'
            : 'Run the command with --help to see more.',
          error.status === 404 ? EXIT.notFound : EXIT.usage,
        );
      }
      throw error;
    }
  };
}
