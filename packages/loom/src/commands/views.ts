import { basename, dirname } from 'node:path';
import { laptopHome } from '../dashboard/laptop.js';
import { runView } from '../dashboard/routes.js';
import { ViewError } from '../dashboard/views/view.js';
import { EXIT, LoomError } from '../errors.js';
import type { Database } from '../store/database.js';
import { LocalSql } from '../store/sql.js';
import type { Ask } from './ask-views.js';
import { type GlobalArgs, withLoomToRead } from './spec.js';
import { teamQueries } from './team-views.js';

/** Where views are queried. */
export interface Source {
  readonly ask: Ask;
  /** The id of the only trace that starts with this text. */
  readonly wholeId: (prefix: string) => Promise<string>;
  /** Changes if something may have been written. */
  readonly version: () => unknown;
  /** Minimum interval between calls of `version`, in ms. */
  readonly everyMs: number;
}

export const REMOTE = {
  type: 'boolean',
  default: false,
  describe: "Ask the team's server (LOOM_SERVER_URL, LOOM_SERVER_KEY) instead of this machine",
} as const;

const LOCAL_MS = 300;
const REMOTE_MS = 3000;

/** Queries the views in the same way as the page: on this project's Loom, or on the team's server. */
export async function withViews<T>(
  args: GlobalArgs & { readonly remote?: boolean },
  fn: (source: Source) => Promise<T>,
): Promise<T> {
  return args.remote ? fn(teamSource(args.cwd)) : withLoomToRead(args, (db) => fn(sourceOf(db)));
}

export function sourceOf(db: Database): Source {
  return {
    ask: localAsk(db),
    wholeId: async (prefix) => wholeId(db, prefix),
    version: () => db.get('PRAGMA data_version')?.data_version,
    everyMs: LOCAL_MS,
  };
}

/** The team's server. */
export function teamSource(cwd: string): Source {
  const ask = teamQueries(cwd);
  let asked = 0;
  return {
    ask,
    wholeId: async (prefix) => {
      if (/^[0-9a-f]{32}$/.test(prefix)) {
        return prefix;
      }
      const { rows } = await ask('traces', { params: { q: prefix, limit: 100 } });
      return onlyMatch(
        rows.map(({ id }) => id).filter((id) => id.startsWith(prefix)),
        prefix,
      );
    },
    version: () => {
      asked += 1;
      return asked;
    },
    everyMs: REMOTE_MS,
  };
}

function wholeId(db: Database, prefix: string): string {
  const found = db.all<{ id: string }>(
    'SELECT id FROM traces WHERE id = ?1 UNION ALL SELECT id FROM traces WHERE id > ?1 AND id < ?2 LIMIT 3',
    prefix,
    `${prefix}\u{10FFFF}`,
  );
  return onlyMatch(
    found.map(({ id }) => id),
    prefix,
  );
}

/** `found` are the ids that start with the text. An exact match has priority. */
function onlyMatch(found: readonly string[], prefix: string): string {
  const exact = found.find((id) => id === prefix);
  const [first, second] = found;
  if (first === undefined || prefix === '') {
    throw new LoomError(
      `There is no trace "${prefix}".`,
      'Run `lm traces` to see the newest.',
      EXIT.notFound,
    );
  }
  if (exact === undefined && second !== undefined) {
    throw new LoomError(
      `Several traces begin with ${prefix}.`,
      'Type more characters of the id. --json prints the whole id.',
      EXIT.usage,
    );
  }
  return exact ?? first;
}

function localAsk(db: Database): Ask {
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
