// `node bench/loom/run.mjs [calls]`: measures Loom with 100,000 calls: the import of transcripts, the size, and each
// kind of cost report. It measures reports as a query (in processor time, so that a busy machine does not matter) and
// as a process. It also compares `lm hook` with a bare `node -e 0`. Build packages/loom first.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeTranscripts } from './transcripts.mjs';

const LM = fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const CALLS = Number(process.argv[2] ?? 100_000);
const SESSIONS = 200;
const REPEATS = 5;
const HOOKS = 25;

const dir = mkdtempSync(join(tmpdir(), 'loom-bench-'));
const env = {
  ...process.env,
  CLAUDE_CONFIG_DIR: join(dir, 'home'),
  CODEX_HOME: join(dir, 'none'),
  LOOM_BACKGROUND: 'off',
};
const say = (name, value) => process.stdout.write(`${name.padEnd(44)} ${value}\n`);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

function timed(args, input = '') {
  const from = process.hrtime.bigint();
  const ran = spawnSync(process.execPath, args, {
    cwd: dir,
    env,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const ms = Number(process.hrtime.bigint() - from) / 1e6;
  if (ran.status !== 0) {
    throw new Error(`${args.join(' ')}: ${ran.stderr}${ran.stdout}`);
  }
  return { ms, stdout: ran.stdout };
}

try {
  say('machine', `${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}`);
  mkdirSync(join(dir, '.loom'));
  const now = Date.now() - 3_600_000;
  writeTranscripts(env.CLAUDE_CONFIG_DIR, dir, SESSIONS, CALLS / SESSIONS, now);
  const folder = join(env.CLAUDE_CONFIG_DIR, 'projects/bench');
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  say('transcripts', `${SESSIONS} files, ${(bytes / 1e6).toFixed(0)} MB`);

  const first = timed([LM, 'ingest', '--json']);
  const { data } = JSON.parse(first.stdout);
  if (data.calls !== CALLS) {
    throw new Error(`${data.calls} calls were read, not ${CALLS}`);
  }
  say(
    'lm ingest, all new',
    `${(first.ms / 1000).toFixed(1)} s, ${Math.round(CALLS / (first.ms / 1000))} calls/s`,
  );
  say(
    'lm ingest, nothing new',
    `${Math.round(median(Array.from({ length: REPEATS }, () => timed([LM, 'ingest']).ms)))} ms`,
  );
  say('loom.db', `${(statSync(join(dir, '.loom/loom.db')).size / 1e6).toFixed(1)} MB`);

  const made = await build({
    stdin: {
      contents: `export { openLoom } from './store/open.js';
        export { costReport, COST_KEYS } from './cost/report.js';
        export { budgetStatus } from './budgets/status.js';
        export { sessionDetail } from './commands/session-text.js';
        export { listSessions, requireSession } from './sessions/store.js';
        export { Outbox } from './sync/outbox.js';`,
      resolveDir: fileURLToPath(new URL('../../packages/loom/src', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
  });
  const bundled = join(dirname(LM), '../dist/bench.mjs');
  writeFileSync(bundled, made.outputFiles[0].text);
  const loom = await import(bundled).finally(() => rmSync(bundled));
  const db = loom.openLoom(join(dir, '.loom'));
  const query = (name, run) => {
    const all = Array.from({ length: REPEATS }, () => {
      const from = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(from);
      return (user + system) / 1000;
    });
    say(`query: ${name}`, `${Math.round(median(all))} ms of one processor`);
  };
  const always = { since: 0, until: Number.MAX_SAFE_INTEGER, dimension: 'ai_task.type' };
  for (const by of loom.COST_KEYS) {
    query(`cost by ${by}`, () => loom.costReport(db, by, always));
  }
  query('cost by day, 30 days', () =>
    loom.costReport(db, 'day', { ...always, since: now - 30 * 86_400_000 }),
  );
  query('budgets', () => loom.budgetStatus(db, now));
  const [{ id }] = loom.listSessions(db, { open: false, limit: 1 });
  query('one session', () => loom.sessionDetail(db, loom.requireSession(db, id), now));
  query('outbox', () => new loom.Outbox(db).status());
  db.run("INSERT INTO atlas_tags SELECT 'session', id, 'ai_task.type', 'generate' FROM sessions");
  query('cost by atlas, each session with a term', () => loom.costReport(db, 'atlas', always));
  db.close();

  const bare = Array.from({ length: REPEATS }, () => timed([LM, '--version']).ms);
  say('lm --version', `${Math.round(median(bare))} ms`);
  for (const args of [
    ['cost', '--by', 'issue'],
    ['cost', '--by', 'model'],
    ['cost', '--by', 'agent'],
    ['cost', '--by', 'branch'],
    ['cost', '--by', 'day'],
    ['cost', '--by', 'day', '--since', '30d'],
    ['cost', '--by', 'session'],
    ['cost', '--by', 'atlas'],
    ['budget', 'status'],
    ['session', 'list'],
    ['sync', '--status'],
  ]) {
    const all = Array.from({ length: REPEATS }, () => timed([LM, ...args, '--json']).ms);
    say(`lm ${args.join(' ')}`, `${Math.round(median(all))} ms, whole process`);
  }

  const event = JSON.stringify({ hook_event_name: 'PreToolUse', session_id: 'bench-1', cwd: dir });
  const hooks = [];
  const nodes = [];
  for (let n = 0; n < HOOKS; n += 1) {
    nodes.push(timed(['-e', '0']).ms);
    hooks.push(timed([LM, 'hook'], event).ms);
  }
  say('node -e 0', `p50 ${median(nodes).toFixed(0)} ms, worst ${Math.max(...nodes).toFixed(0)} ms`);
  say(
    'lm hook, of 100,000 calls',
    `p50 ${median(hooks).toFixed(0)} ms, worst ${Math.max(...hooks).toFixed(0)} ms`,
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
