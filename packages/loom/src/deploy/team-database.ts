import { EXIT, LoomError } from '../errors.js';
import { D1 } from '../remote/d1.js';
import type { ServerConfig } from './config.js';
import { serverDir } from './record.js';
import { jsonIn, Wrangler } from './wrangler.js';

type Row = Record<string, unknown>;
type Param = string | number | null;

/**
 * The server's database, as reached from this machine. Statements must be idempotent, because they may be
 * retried.
 */
export interface TeamDatabase {
  query(sql: string, ...params: readonly Param[]): Promise<Row[]>;
  /** Runs them in this order. Returns the rows of the last one. */
  run(statements: readonly [sql: string, ...params: Param[]][]): Promise<Row[]>;
}

export interface DatabaseLocation {
  /** Use wrangler's local copy instead of the database in the account. */
  readonly local: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Calls Cloudflare's API if the environment has an API token; otherwise uses wrangler's login. */
export function teamDatabase(
  loomDir: string,
  config: ServerConfig,
  { local, env }: DatabaseLocation,
): TeamDatabase {
  const { CLOUDFLARE_ACCOUNT_ID: accountId, CLOUDFLARE_API_TOKEN: token } = env;
  const { id, name } = config.database;
  if (!local && id === undefined) {
    throw new LoomError(
      'The server has no database yet.',
      'Run `lm deploy --yes`, which creates it.',
      EXIT.notFound,
    );
  }
  if (!local && id && accountId && token) {
    const apiUrl = (env['CLOUDFLARE_API_BASE_URL'] || 'https://api.cloudflare.com/client/v4').replace(
      /\/+$/,
      '',
    );
    const d1 = new D1({ accountId, databaseId: id, token, apiUrl });
    // The API binds only texts. STRICT tables convert a text to a number if the column is numeric.
    const query: TeamDatabase['query'] = (sql, ...params) =>
      d1.query(withNulls(sql, params), textsOf(params));
    return {
      query,
      run: async (statements) => {
        let rows: Row[] = [];
        for (const [sql, ...params] of statements) {
          rows = await query(sql, ...params);
        }
        return rows;
      },
    };
  }
  const wrangler = new Wrangler(serverDir(loomDir));
  // One call for all statements, because wrangler takes a second to start.
  const run: TeamDatabase['run'] = async (statements) => {
    const where = local ? '--local' : '--remote';
    const command = statements.map(([sql, ...params]) => withParams(sql, params)).join('; ');
    const { stdout } = await wrangler.runOrThrow([
      'd1',
      'execute',
      name,
      where,
      '--json',
      '--command',
      command,
    ]);
    const answer = jsonIn(stdout) as { results?: Row[] }[] | undefined;
    if (!Array.isArray(answer)) {
      throw new LoomError('The output of wrangler is not JSON.', 'Update wrangler.', EXIT.remote);
    }
    return answer.at(-1)?.results ?? [];
  };
  return { run, query: (sql, ...params) => run([[sql, ...params]]) };
}

/** The API binds only texts, so NULL must be part of the statement. */
function withNulls(sql: string, params: readonly Param[]): string {
  let at = 0;
  return sql.replace(/\?/g, () => (params[at++] === null ? 'NULL' : '?'));
}

function textsOf(params: readonly Param[]): string[] {
  return params.filter((param) => param !== null).map(String);
}

/**
 * `wrangler d1 execute` has no parameters. This puts them into the statement as SQL literals without line
 * breaks.
 */
export function withParams(sql: string, params: readonly Param[]): string {
  let at = 0;
  return sql.replace(/\?/g, () => {
    const param = params[at++];
    if (param === null || param === undefined) {
      return 'NULL';
    }
    return typeof param === 'number'
      ? String(param)
      : `'${param.replaceAll("'", "''").replace(/\p{Cc}+/gu, ' ')}'`;
  });
}
