// `node bench/loom/team-server.mjs [traces]`: measures a team's server in workerd: the spans per second, the rows of D1
// for a tool call of three spans, and the growth of the database. Needs `npm run build`.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';
import { toolCalls } from './tool-calls.mjs';

const TRACES = Number(process.argv[2] ?? 20_000);
const LANES = 8;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const say = (name, value) => process.stdout.write(`${name.padEnd(52)} ${value}\n`);
const dir = mkdtempSync(join(tmpdir(), 'loom-bench-'));
const WORKER = readFileSync(here('../../packages/loom/dist/worker.js'), 'utf8');

/** Counts the rows that D1 reports as read and written. */
const COUNTING = `
import worker from './worker.js';
export { Live, Ingest } from './worker.js';
const sums = { rows_read: 0, rows_written: 0, batches: 0, statements: 0 };
let counted;
const count = (results) => {
  sums.batches += 1;
  for (const { meta } of results) {
    sums.statements += 1;
    sums.rows_read += meta.rows_read ?? 0;
    sums.rows_written += meta.rows_written ?? 0;
  }
  return results;
};
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/bench/sums') return Response.json(sums);
    counted ??= { prepare: (sql) => env.DB.prepare(sql), batch: async (list) => count(await env.DB.batch(list)) };
    if (pathname === '/bench/clean') {
      await worker.scheduled({}, { ...env, DB: counted, RETENTION_DAYS: '0.0000001' });
      return new Response('');
    }
    return worker.fetch(request, { ...env, DB: counted });
  },
};`;

const miniflare = new Miniflare({
  modules: [
    { type: 'ESModule', path: 'main.js', contents: COUNTING },
    { type: 'ESModule', path: 'worker.js', contents: WORKER },
  ],
  compatibilityDate: '2026-04-01',
  d1Databases: ['DB'],
  d1Persist: dir,
});
const db = await miniflare.getD1Database('DB');
const migrations = here('../../packages/loom/migrations/');
for (const name of readdirSync(migrations).sort()) {
  let open = '';
  const all = [];
  for (const part of readFileSync(join(migrations, name), 'utf8').replaceAll(/--.*$/gm, '').split(';')) {
    open += part;
    if (/^\s*CREATE TRIGGER/i.test(open) && !/\bEND\s*$/i.test(open)) {
      open += ';';
    } else {
      all.push(open);
      open = '';
    }
  }
  await db.batch(all.filter((sql) => sql.trim() !== '').map((sql) => db.prepare(sql)));
}
const secret = 'f'.repeat(64);
const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))).toString(
  'hex',
);
await db
  .prepare(
    "INSERT INTO access_keys(id, kind, name, secret_hash, created_at) VALUES ('pk-lf-team-bench', 'ingest', 'bench', ?, 0)",
  )
  .bind(hash)
  .all();

const nextCall = toolCalls(Date.now() - 3_600_000);
let made = 0;
function trace() {
  made += 1;
  return nextCall();
}

const bodyOf = (traces) =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [{ scope: { name: 'langfuse-sdk' }, spans: traces.flat() }],
      },
    ],
  });

async function send(traces) {
  const answer = await miniflare.dispatchFetch('https://traces.test/api/public/otel/v1/traces', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`pk-lf-team-bench:${secret}`)}`,
    },
    body: bodyOf(traces),
  });
  await answer.text();
  if (answer.status !== 200) {
    throw new Error(`HTTP ${answer.status}`);
  }
}

const bytes = () =>
  readdirSync(dir, { recursive: true })
    .filter((name) => /\.sqlite$/.test(name))
    .reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
const sums = async () => (await miniflare.dispatchFetch('https://traces.test/bench/sums')).json();

async function timed(name, size, count) {
  const bodies = Array.from({ length: count / size }, () => Array.from({ length: size }, trace));
  const [before, from] = [await sums(), performance.now()];
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let body = bodies.pop(); body; body = bodies.pop()) {
        await send(body);
      }
    }),
  );
  const seconds = (performance.now() - from) / 1000;
  const after = await sums();
  const each = (key) => ((after[key] - before[key]) / count).toFixed(1);
  say(
    name,
    `${Math.round((count * 3) / seconds)} spans/s; a call: ${each('rows_written')} rows written, ${each('rows_read')} read; a request: ${((after.statements - before.statements) / (count / size)).toFixed(1)} statements`,
  );
}

try {
  say('machine', `${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}`);
  say('worker.js with the page, gzip', `${(gzipSync(WORKER, { level: 9 }).length / 1000).toFixed(0)} KB`);
  await timed('1 call (3 spans) a request', 1, Math.min(1000, TRACES));
  const empty = bytes();
  await timed('100 calls (300 spans) a request', 100, TRACES);
  const full = bytes();
  const perSpan = (full - empty) / (TRACES * 3);
  say('bytes a span', perSpan.toFixed(0));
  const before = await sums();
  await miniflare.dispatchFetch('https://traces.test/bench/clean');
  const after = await sums();
  const there = (await db.prepare('SELECT COUNT(*) AS n FROM traces').all()).results[0].n;
  const gone = made - there;
  say('deleting a call', `${((after.rows_written - before.rows_written) / gone).toFixed(1)} rows written`);
  for (const spans of [1e6, 1e7, 1e8]) {
    say(`size at ${spans / 1e6} million spans`, `${((perSpan * spans) / 1e9).toFixed(1)} GB`);
  }
} finally {
  await miniflare.dispose();
  rmSync(dir, { recursive: true, force: true });
}
