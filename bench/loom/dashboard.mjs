// `node bench/loom/dashboard.mjs [traces] [calls] [issues]`: measures each answer of `lm dashboard` on a project of
// that size (100,000, 100,000 and 50,000). Prints the first time, the median and the p95 of twenty, from the request to
// the last byte. Also prints the processor time of one request, which does not depend on the machine's load (Linux
// only). The views are those of the registry. A view with a time range is measured for a day and for 90 days. Before
// each request a row is written, so that no answer comes from a cache. Build packages/loom first. DASHBOARD_DIR is a
// project that `node bench/loom/seed.mjs` created before.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { runTypeScript } from '../../scripts/run-typescript.mjs';
import { openPage, request } from './requests.mjs';

const LM = process.env.LM ?? fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const [TRACES = 100_000, CALLS = TRACES, ISSUES = 50_000] = process.argv.slice(2).map(Number);
const REPEATS = 20;
const BUDGET_MS = 200;

/** Filters and orders that are not in the registry. */
const QUERIES = {
  traces: [
    'limit=500',
    'status=error',
    'sort=slowest',
    'sort=errors',
    'tool=refund',
    'tool=rank_with_private_model&status=error&last=90d',
    'environment=development&client=cursor',
    'user=ada&minMs=1000&last=90d',
    'model=gpt-5-mini',
    'atlas=ai_task.type%3Dgenerate',
    'q=launch',
    'q=nothing+like+this',
  ],
  curves: ['tool=refund&last=90d', 'user=ada&last=90d', 'q=launch'],
  facets: ['names=model,task', 'names=model,task&last=90d', 'status=error&last=90d', 'q=launch'],
  groups: ['by=tool&last=90d', 'by=user&last=90d', 'by=session&last=90d', 'by=model&last=90d'],
  errors: ['tool=refund&last=90d'],
  trend: ['by=ai_task.type', 'last=90d&by=ai_task.type'],
  issues: ['q=refund', 'status=pending', 'after=49000'],
  'mcp-sessions': ['client=cursor&last=90d'],
};
const NEEDED = { groups: 'by=client' };
const IDS = {
  'tools/:id': 'refund',
  'clients/:id': 'claude-code',
  'mcp-sessions/:id': 'chat-7',
};

const load = (path) => tsImport(`../../packages/loom/src/${path}`, import.meta.url);
const { CONTRACT } = await load('dashboard/contract/views.ts');
const { loadDriver } = await load('store/driver.ts');
const made = process.env.DASHBOARD_DIR ? undefined : mkdtempSync(join(tmpdir(), 'loom-dashboard-'));
const dir = process.env.DASHBOARD_DIR ?? made;
let running;
let writer;
try {
  if (made) {
    await runTypeScript('test/loom/dashboard/seed.ts', [dir, TRACES, CALLS, ISSUES].map(String));
  }
  const { child, url, page } = await start();
  writer = loadDriver().open(join(dir, '.loom/loom.db'));
  const touch = writer.prepare("INSERT OR REPLACE INTO loom_meta(key, value) VALUES ('bench', ?)");
  const get = async (path) => {
    touch.run(String(Math.random()));
    const from = process.hrtime.bigint();
    const { status, body } = await request(`${url}/view/${path}`, page);
    if (status !== 200) {
      throw new Error(`${path}: ${status} ${body}`);
    }
    return { ms: Number(process.hrtime.bigint() - from) / 1e6, body };
  };
  const ids = {
    ...IDS,
    'traces/:id': JSON.parse((await get('traces?limit=1')).body).rows[0].id,
    'sessions/:id': JSON.parse((await get('sessions?limit=1')).body).rows[0].id,
  };
  const megabytes = (statSync(join(dir, '.loom/loom.db')).size / 1e6).toFixed(0);
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}; loom.db ${megabytes} MB\n`,
  );
  console.log('| view | first, ms | median, ms | p95, ms | CPU, ms | KB |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  const slow = [];
  for (const name of Object.keys(CONTRACT)) {
    const id = ids[name] ?? ids[name.replace('/platform', '')] ?? '';
    for (const query of queriesOf(name)) {
      const path = `${name.replace(':id', encodeURIComponent(id))}${query && `?${query}`}`;
      const first = await get(path);
      const times = [];
      const cpu = cpuOf(child.pid);
      for (let n = 0; n < REPEATS; n += 1) {
        times.push((await get(path)).ms);
      }
      const spent = (cpuOf(child.pid) - cpu) / REPEATS;
      times.sort((a, b) => a - b);
      const [median, p95] = [0.5, 0.95].map((share) => times[Math.ceil(share * REPEATS) - 1]);
      const shown = `${name}${query && `?${query}`}`;
      const figures = [first.ms, median, p95, spent].map((ms) => ms.toFixed(0));
      console.log(`| ${[shown, ...figures].join(' | ')} | ${(first.body.length / 1000).toFixed(1)} |`);
      if (p95 > BUDGET_MS) {
        slow.push(`${shown} ${p95.toFixed(0)} ms`);
      }
    }
  }
  console.log(`\nAbove ${BUDGET_MS} ms (p95): ${slow.join(', ') || 'none'}.`);
} finally {
  writer?.close();
  running?.kill('SIGTERM');
  if (made) {
    rmSync(made, { recursive: true, force: true });
  }
}

function queriesOf(name) {
  const needed = NEEDED[name];
  const isTimed = 'last' in CONTRACT[name].params.shape;
  const times = isTimed ? ['last=24h', 'last=90d'] : [''];
  const plain = times.map((time) => [needed, time].filter(Boolean).join('&'));
  return [...plain, ...(QUERIES[name] ?? [])];
}

/** Processor time of a process so far, in ms: utime and stime of proc(5), which count hundredths of a second. */
function cpuOf(pid) {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) {
    return Number.NaN;
  }
  const stat = readFileSync(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function start() {
  const child = spawn(process.execPath, [LM, 'dashboard', '--port', '0', '--cwd', dir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running = child;
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    const address = /http:\S+token=\S+/.exec(said)?.[0];
    if (address) {
      return { child, url: new URL(address).origin, page: await openPage(address) };
    }
  }
  throw new Error(said);
}
