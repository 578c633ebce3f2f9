import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll } from 'vitest';
import type { Database, Param } from '../../../packages/loom/src/store/database.js';
import { migrateD1 } from '../../harness/d1.js';
import { addKey } from '../server/add-key.js';
import { copying } from './copy.js';
import { emptying } from './empty.js';
import type { Home } from './home.js';
import type { TestRequests } from './worker.js';

const WORKER = new URL('../../../packages/loom/dist/worker.js', import.meta.url);
/** The shared code for tests, and other requests go to the Worker as deployed. */
const MAIN = `
import worker from './worker.js';
import { answer } from './home.js';
export { Live, Ingest } from './worker.js';
export default { fetch: async (request, env) => (await answer(request, env)) ?? worker.fetch(request, env) };`;

interface Running {
  readonly miniflare: Miniflare;
  readonly url: string;
}

/** One for each test file, started by the first home. */
let running: Promise<Running> | undefined;
afterAll(async () => {
  await (await running)?.miniflare.dispose();
});

async function start(): Promise<Running> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    write: false,
  });
  const module = (path: string, contents: string) => ({ type: 'ESModule' as const, path, contents });
  const miniflare = new Miniflare({
    modules: [
      module('main.js', MAIN),
      module('home.js', outputFiles[0]?.text ?? ''),
      module('worker.js', readFileSync(WORKER, 'utf8')),
    ],
    compatibilityDate: '2026-04-01',
    d1Databases: ['DB'],
    durableObjects: { LIVE: { className: 'Live', useSQLite: true } },
  });
  const url = (await miniflare.ready).origin;
  await migrateD1((statements) => post(url, '/test/batch', { statements }));
  return { miniflare, url };
}

async function post<Path extends keyof TestRequests>(
  url: string,
  path: Path,
  body: TestRequests[Path],
): Promise<never> {
  const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
  const { data, error } = (await answer.json()) as { data: never; error?: string };
  if (error !== undefined) {
    throw new Error(error);
  }
  return data;
}

export interface Server extends Home {
  readonly kind: 'server';
  /** Every row of a laptop's database, except those that triggers create. */
  copy(db: Database): Promise<void>;
  /** How many statements the last request took. */
  statements(): Promise<number>;
}

/** A team's server, empty at the first test. */
export function server(): Server {
  running ??= start();
  const starting = running;
  let url = '';
  const ask = async <Path extends keyof TestRequests>(path: Path, body: TestRequests[Path]) =>
    post((await starting).url, path, body);
  const batch: Home['batch'] = (statements) => ask('/test/batch', { statements });
  const empty = async () => {
    const sql = (text: string) => batch([{ sql: text }]).then(([rows = []]) => rows as never[]);
    await batch(await emptying({ all: sql }));
  };
  beforeAll(async () => {
    url = (await starting).url;
    await empty();
    await batch([{ sql: 'DELETE FROM access_keys' }]);
    const run = (sql: string, ...params: Param[]) => batch([{ sql, params }]);
    await addKey(run, { id: 'pk-lf-test', secret: 'sk-lf-test', kind: 'ingest' });
    await addKey(run, { id: 'pk-lf-reader', secret: 'sk-lf-reader', kind: 'read' });
  });
  return {
    kind: 'server',
    get url() {
      return url;
    },
    reader: `Basic ${btoa('pk-lf-reader:sk-lf-reader')}`,
    batch,
    add: async (arrivals, now) => new Set<string>(await ask('/test/add', { arrivals, now })),
    link: (sessionIds) => ask('/test/link', { sessionIds }),
    view: (path, now) => ask('/test/view', { path, now }),
    empty,
    statements: () => ask('/test/statements', {}),
    copy: async (db) => void (await batch(copying(db))),
  };
}
