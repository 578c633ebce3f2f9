// `node bench/loom/growth.mjs [calls ...]`: measures Loom with 100,000 and 1,000,000 calls of agents: reading
// transcripts, with nothing new and with a few new ones, each report, the page's answers about agents, and sync to
// Langfuse. It prints processor time and peak memory in one table, with a column for each size and its factor. A
// million calls need 3 GB of disk. Build packages/loom first.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { tsImport } from 'tsx/esm/api';
import { median, node } from './processes.mjs';
import { openPage, request } from './requests.mjs';
import { writeTranscripts } from './transcripts.mjs';

const LM = process.env.LM ?? fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const SIZES = process.argv.slice(2).map(Number);
const CALLS_PER_SESSION = 500;
const REPEATS = 5;
const { COST_KEYS } = await tsImport('../../packages/loom/src/cost/report.ts', import.meta.url);
const VIEWS = [
  'agents',
  'trend',
  'trend?by=ai_task.type',
  'atlas',
  'issues',
  'routing',
  'sessions',
  'overview',
];

const rows = new Map();
const say = (row, { cpu, mb }) => {
  rows.set(row, [...(rows.get(row) ?? []), { cpu, mb }]);
  process.stderr.write(`${row}: ${cpu.toFixed(0)} ms${mb === undefined ? '' : `, ${mb.toFixed(0)} MB`}\n`);
};

for (const calls of SIZES.length > 0 ? SIZES : [100_000, 1_000_000]) {
  process.stderr.write(`\n${calls} calls\n`);
  const dir = mkdtempSync(join(tmpdir(), 'loom-growth-'));
  try {
    await measure(dir, calls);
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}
for (const [row, found] of rows) {
  const cells = found.flatMap(({ cpu, mb }, at) => {
    const before = found[at - 1];
    const size = mb === undefined ? '' : `, ${mb.toFixed(0)} MB`;
    return [
      `${cpu < 10_000 ? `${cpu.toFixed(0)} ms` : `${(cpu / 1000).toFixed(1)} s`}${size}`,
      ...(before ? [`${(cpu / before.cpu).toFixed(1)}x`] : []),
    ];
  });
  process.stdout.write(`| ${[row, ...cells].join(' | ')} |\n`);
}

async function measure(dir, calls) {
  const env = {
    ...process.env,
    CLAUDE_CONFIG_DIR: join(dir, 'home'),
    CODEX_HOME: join(dir, 'none'),
    LOOM_BACKGROUND: 'off',
    LANGFUSE_PUBLIC_KEY: 'pk-lf-bench',
    LANGFUSE_SECRET_KEY: 'sk-lf-bench',
  };
  const lm = (...args) => node([LM, ...args], { cwd: dir, env });
  mkdirSync(join(dir, '.loom'));
  const now = Date.now() - 3_600_000;
  writeTranscripts(env.CLAUDE_CONFIG_DIR, dir, calls / CALLS_PER_SESSION, CALLS_PER_SESSION, now);
  const first = await lm('ingest', '--json');
  const read = JSON.parse(first.stdout).data.calls;
  if (read !== calls) {
    throw new Error(`${read} calls were read, not ${calls}`);
  }
  say('`lm ingest`, all new', first);
  say('`lm ingest`, nothing new', await lm('ingest'));
  grow(join(env.CLAUDE_CONFIG_DIR, 'projects/bench/bench-0.jsonl'));
  say('`lm ingest`, 50 new calls', await lm('ingest'));
  say('`loom.db`', { cpu: 0, mb: statSync(join(dir, '.loom/loom.db')).size / 1e6 });
  for (const by of COST_KEYS) {
    const some = [];
    for (let n = 0; n < REPEATS; n += 1) {
      some.push(await lm('cost', '--by', by, '--json'));
    }
    say(`\`lm cost --by ${by}\``, {
      cpu: median(some.map(({ cpu }) => cpu)),
      mb: Math.max(...some.map(({ mb }) => mb)),
    });
  }
  await views(dir, env);
  await sync(lm, env);
}

/** Fifty more calls in an existing session. */
function grow(transcript) {
  const lines = readFileSync(transcript, 'utf8').trimEnd().split('\n').slice(-200);
  appendFileSync(transcript, `${lines.join('\n').replace(/"(msg|req|toolu)_01/g, '"$1_02')}\n`);
}

async function views(dir, env) {
  const child = spawn(process.execPath, [LM, 'dashboard', '--port', '0', '--cwd', dir], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    let said = '';
    let address;
    for await (const chunk of child.stderr) {
      said += chunk;
      address = /http:\S+token=\S+/.exec(said)?.[0];
      if (address) {
        break;
      }
    }
    const page = await openPage(address);
    for (const view of VIEWS) {
      const path = `${new URL(address).origin}/view/${view}${/issues/.test(view) ? '' : view.includes('?') ? '&last=90d' : '?last=90d'}`;
      const times = [];
      for (let n = 0; n <= REPEATS; n += 1) {
        const before = cpuOf(child.pid);
        const { status, body } = await request(`${path}`, page);
        if (status !== 200) {
          throw new Error(`${view}: ${status} ${body}`);
        }
        times.push(cpuOf(child.pid) - before);
      }
      say(`page: ${view}, 90 days, first`, { cpu: times[0] });
    }
  } finally {
    child.kill('SIGTERM');
  }
}

/** The processor time of a process so far, in ms. Linux only. */
function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function sync(lm, env) {
  let taken = 0;
  const server = createServer(async (asked, response) => {
    const chunks = [];
    for await (const chunk of asked) {
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    taken += bytes.length;
    if (asked.method === 'POST' && asked.url.endsWith('/ingestion')) {
      const packed = asked.headers['content-encoding'] === 'gzip';
      const { batch } = JSON.parse(packed ? gunzipSync(bytes) : bytes);
      const successes = batch.map(({ id }) => ({ id, status: 201 }));
      response.writeHead(207, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ successes, errors: [] }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(asked.method === 'GET' ? '{"status":"OK","version":"4.0.0","data":[],"meta":{}}' : '{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  env.LANGFUSE_BASE_URL = `http://127.0.0.1:${server.address().port}`;
  try {
    say('`lm sync`, all', await lm('sync', '--json'));
    if (taken === 0) {
      throw new Error('nothing was sent');
    }
    say('`lm sync`, nothing new', await lm('sync', '--json'));
    say('`lm sync --status`', await lm('sync', '--status', '--json'));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
