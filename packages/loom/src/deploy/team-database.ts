import { EXIT, LoomError } from '../errors.js';
import { D1 } from '../remote/d1.js';
import type { ServerConfig } from './config.js';
import { serverDir } from './record.js';
import { jsonIn, Wrangler } from './wrangler.js';

type Row = Record<string, unknown>;
type Param = string | number | null;

/** The server's database, as who runs it reaches it. What is asked must bear being asked twice. */
export interface TeamDatabase {
  query(sql: string, ...params: readonly Param[]): Promise<Row[]>;
  /** In this order; the rows of the last. */
  run(statements: readonly [sql: string, ...params: Param[]][]): Promise<Row[]>;
}

export interface Reach {
  /** Wrangler's local copy instead of the one in the account. */
  readonly local: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** With an API token in the environment Cloudflare is asked directly, else through the login that wrangler has. */
export function teamDatabase(loomDir: string, config: ServerConfig, { local, env }: Reach): TeamDatabase {
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
    // STRICT tables turn text into numbers where a column holds those.
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
  // One call for all of them: wrangler takes a second to start.
  const run: TeamDatabase['run'] = async (statements) => {
    const where = local ? '--local' : '--remote';
    const command = statements.map(([sql, ...params]) => inlined(sql, params)).join('; ');
    const { stdout } = await wrangler.must(['d1', 'execute', name, where, '--json', '--command', command]);
    const answer = jsonIn(stdout) as { results?: Row[] }[] | undefined;
    if (!Array.isArray(answer)) {
      throw new LoomError('The output of wrangler is not JSON.', 'Update wrangler.', EXIT.remote);
    }
    return answer.at(-1)?.results ?? [];
  };
  return { run, query: (sql, ...params) => run([[sql, ...params]]) };
}

/** The API binds texts alone, so NULL has to stand in the statement. */
function withNulls(sql: string, params: readonly Param[]): string {
  let at = 0;
  return sql.replace(/\?/g, () => (params[at++] === null ? 'NULL' : '?'));
}

function textsOf(params: readonly Param[]): string[] {
  return params.filter((param) => param !== null).map(String);
}

/** `wrangler d1 execute` binds nothing. Texts are quoted as SQL quotes them, and hold no line breaks. */
export function inlined(sql: string, params: readonly Param[]): string {
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
