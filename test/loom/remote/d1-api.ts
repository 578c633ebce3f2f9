import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { getPlatformProxy } from 'wrangler';
import { root } from '../../harness/root.js';
import { tempDir } from '../../support/folder.js';

const DATABASE = '11111111-2222-3333-4444-555555555555';
const WRANGLER = join(root, 'node_modules/wrangler/bin/wrangler.js');
const WRANGLER_MANIFEST = join(root, 'node_modules/wrangler/package.json');
const MIGRATIONS = join(root, 'packages/loom/migrations');

/** The used part of a D1 binding. */
interface LocalD1 {
  prepare(sql: string): LocalStatement;
}
interface LocalStatement {
  bind(...params: string[]): LocalStatement;
  all(): Promise<{ results: Record<string, unknown>[]; success: boolean; meta: unknown }>;
}

export interface D1Api {
  /** The address and token for `lm remote`. */
  readonly env: Record<string, string>;
  /** How many of the next queries fail, and how. */
  failNext(count: number, status: number): void;
  /** For each query, whether its response is lost: the query runs, and the connection breaks. */
  loseAnswers(lose: () => boolean): void;
  /** Difference of the server's clock to the true time, in ms. */
  setClock(aheadMs: number): void;
  readonly queries: number;
  all(sql: string): Promise<Record<string, unknown>[]>;
}

/** A team's Worker project with a D1 that wrangler has migrated, and wrangler's output. */
export function migratedD1(): { dir: string; output: string } {
  const dir = emptyD1();
  const made = migratedState();
  cpSync(join(made, 'state'), join(dir, 'state'), { recursive: true });
  return { dir, output: readFileSync(join(made, 'output.txt'), 'utf8') };
}

/** A migrated folder. It is created once for these migrations, because wrangler takes seconds. */
function migratedState(): string {
  const hash = createHash('sha256').update(readFileSync(WRANGLER_MANIFEST));
  for (const name of readdirSync(MIGRATIONS).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(MIGRATIONS, name)));
  }
  const folder = join(
    root,
    'node_modules/.cache/create-something-observe',
    `d1-${hash.digest('hex').slice(0, 16)}`,
  );
  if (existsSync(folder)) {
    return folder;
  }
  const dir = emptyD1();
  const output = execFileSync(
    process.execPath,
    [WRANGLER, 'd1', 'migrations', 'apply', 'loom', '--local', '--persist-to', join(dir, 'state')],
    {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', HOME: dir },
    },
  );
  mkdirSync(dirname(folder), { recursive: true });
  // Created under another name first: an interrupted run must not leave a part of it, and two test files may
  // create it at the same time.
  const fresh = mkdtempSync(`${folder}-`);
  cpSync(join(dir, 'state'), join(fresh, 'state'), { recursive: true });
  writeFileSync(join(fresh, 'output.txt'), output);
  try {
    renameSync(fresh, folder);
  } catch {
    rmSync(fresh, { recursive: true });
  }
  return folder;
}

/** The same without the migrations. */
export function emptyD1(): string {
  const dir = tempDir();
  writeFileSync(
    join(dir, 'wrangler.jsonc'),
    JSON.stringify({
      name: 'team',
      compatibility_date: '2026-01-01',
      d1_databases: [
        { binding: 'LOOM', database_name: 'loom', database_id: DATABASE, migrations_dir: MIGRATIONS },
      ],
    }),
  );
  return dir;
}

/** developers.cloudflare.com/d1/platform/limits */
const LIMITS = { parameters: 100, statementBytes: 100_000, valueBytes: 2_000_000 };

function overLimit(sql: string, params: readonly string[]): string | undefined {
  if (Buffer.byteLength(sql) > LIMITS.statementBytes) {
    return 'statement too long: SQLITE_TOOBIG';
  }
  if (params.length > LIMITS.parameters) {
    return 'too many SQL variables: SQLITE_ERROR';
  }
  return params.some((value) => Buffer.byteLength(String(value)) > LIMITS.valueBytes)
    ? 'string or blob too big: SQLITE_TOOBIG'
    : undefined;
}

/** Cloudflare's D1 query endpoint with a real local D1 and D1's limits. */
export async function d1Api(dir: string): Promise<D1Api> {
  const proxy = await getPlatformProxy<{ LOOM: LocalD1 }>({
    configPath: join(dir, 'wrangler.jsonc'),
    persist: { path: join(dir, 'state/v3') },
  });
  const d1 = proxy.env.LOOM;
  let failures = { count: 0, status: 500 };
  let queries = 0;
  let lose = () => false;
  let ahead = 0;
  const server = createServer(async (request, response) => {
    // Node 20's fetch can keep failing on a kept connection after a response was lost ("false == true").
    response.shouldKeepAlive = false;
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        date: new Date(Date.now() + ahead).toUTCString(),
      });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== 'Bearer secret') {
      answer(403, { success: false, errors: [{ code: 10000, message: 'Authentication error' }], result: [] });
      return;
    }
    if (request.url !== `/accounts/acc/d1/database/${DATABASE}/query`) {
      answer(404, { success: false, errors: [{ message: 'not found' }], result: [] });
      return;
    }
    queries += 1;
    if (failures.count > 0) {
      failures.count -= 1;
      answer(failures.status, { success: false, errors: [{ message: 'try again' }], result: [] });
      return;
    }
    const { sql, params } = JSON.parse(Buffer.concat(chunks).toString()) as { sql: string; params: string[] };
    const refused = overLimit(sql, params);
    if (refused) {
      answer(400, { success: false, errors: [{ code: 7500, message: refused }], result: [] });
      return;
    }
    try {
      const { results, success, meta } = await d1
        .prepare(sql)
        .bind(...params)
        .all();
      if (lose()) {
        response.destroy();
        return;
      }
      answer(200, { success: true, errors: [], messages: [], result: [{ results, success, meta }] });
    } catch (error) {
      answer(400, {
        success: false,
        errors: [{ code: 7500, message: (error as Error).message }],
        result: [],
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await proxy.dispose();
  });
  return {
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      CLOUDFLARE_ACCOUNT_ID: 'acc',
      CLOUDFLARE_API_TOKEN: 'secret',
      LOOM_D1_DATABASE_ID: DATABASE,
    },
    failNext: (count, status) => {
      failures = { count, status };
    },
    loseAnswers: (next) => {
      lose = next;
    },
    setClock: (aheadMs) => {
      ahead = aheadMs;
    },
    get queries() {
      return queries;
    },
    all: async (sql) => (await d1.prepare(sql).all()).results,
  };
}
