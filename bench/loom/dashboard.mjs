// `node bench/loom/dashboard.mjs [traces] [calls]`: what each answer of `lm dashboard` takes on a project of that size
// (100,000 of each): the first, and the median of seven, from the request to the last byte; and the processor time of
// one, which other work on the machine does not lengthen (Linux only).
// Build packages/loom first. DASHBOARD_DIR names a project that `node bench/loom/seed.mjs` has made before.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTypeScript } from '../../scripts/run-typescript.mjs';

const LM = process.env.LM ?? fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const TRACES = Number(process.argv[2] ?? 100_000);
const CALLS = Number(process.argv[3] ?? TRACES);
const REPEATS = 7;

const VIEWS = [
  'overview',
  'trend',
  'trend?by=ai_task.type',
  'atlas',
  'tools',
  'traces',
  'traces?limit=500',
  'traces?status=error',
  'traces?sort=slowest',
  'traces?sort=errors',
  'traces?tool=refund',
  'traces?atlas=ai_task.type%3Dgenerate',
  'traces?q=launch',
  'traces?q=nothing+like+this',
  'sessions',
  'issues',
  'routing',
  'budgets',
];

const made = process.env.DASHBOARD_DIR ? undefined : mkdtempSync(join(tmpdir(), 'loom-dashboard-'));
const dir = process.env.DASHBOARD_DIR ?? made;
let running;
try {
  if (made) {
    await runTypeScript('test/loom/dashboard/seed.ts', [dir, String(TRACES), String(CALLS)]);
  }
  const { child, url, page } = await start();
  const get = async (path) => {
    const from = process.hrtime.bigint();
    const { status, body } = await request(`${url}/view/${path}`, page);
    if (status !== 200) {
      throw new Error(`${path}: ${status} ${body}`);
    }
    return { ms: Number(process.hrtime.bigint() - from) / 1e6, body };
  };
  const trace = JSON.parse((await get('traces?limit=1')).body).rows[0].id;
  const session = JSON.parse((await get('sessions?limit=1')).body).rows[0].id;
  const megabytes = (statSync(join(dir, '.loom/loom.db')).size / 1e6).toFixed(0);
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}; loom.db ${megabytes} MB\n`,
  );
  console.log('| view | first, ms | median, ms | CPU, ms | KB |\n| --- | ---: | ---: | ---: | ---: |');
  for (const path of [...VIEWS, `traces/${trace}`, `sessions/${session}`]) {
    const first = await get(path);
    const times = [];
    const cpu = cpuOf(child.pid);
    for (let n = 0; n < REPEATS; n += 1) {
      times.push((await get(path)).ms);
    }
    const spent = (cpuOf(child.pid) - cpu) / REPEATS;
    const median = times.sort((a, b) => a - b)[REPEATS >> 1];
    const shown = path.replace(trace, ':id').replace(session, ':id');
    const cells = [shown, first.ms.toFixed(0), median.toFixed(0), spent.toFixed(0)];
    console.log(`| ${cells.join(' | ')} | ${(first.body.length / 1000).toFixed(1)} |`);
  }
} finally {
  running?.kill('SIGTERM');
  if (made) {
    rmSync(made, { recursive: true, force: true });
  }
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

/** What a browser sends once it has opened the page: the address leads to a name of its own. */
async function openPage(address) {
  const location = new URL((await request(address, {})).headers.location);
  const opened = await request(`${new URL(address).origin}/${location.search}`, { host: location.host });
  return { host: location.host, cookie: opened.headers['set-cookie'][0].split(';')[0] };
}

/** `fetch` can't say another Host. */
function request(url, headers) {
  return new Promise((resolve, reject) => {
    const sent = httpGet(url, { headers }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode, headers: response.headers, body });
    });
    sent.once('error', reject);
  });
}
