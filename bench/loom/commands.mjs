// `node bench/loom/commands.mjs [traces] [calls] [issues] [repeats]`: measures the processor time of each reading
// command of `lm` on a project of that size (100,000, 100,000 and 1,000). A bare `node -e 0` runs in turns with it. It
// prints medians of seven runs and of their differences, because the load of the machine affects both commands of a pair.
// One-time work, such as compiling, is done before. Build packages/loom first. BENCH_DIR is a project that `node
// bench/loom/seed.mjs` created.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { runTypeScript } from '../../scripts/run-typescript.mjs';
import { median, node } from './processes.mjs';

const LM = process.env.LM ?? fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const [TRACES = 100_000, CALLS = TRACES, ISSUES = 1000, REPEATS = 7] = process.argv.slice(2).map(Number);
const BUDGET_MS = 60;
const { COST_KEYS } = await tsImport('../../packages/loom/src/cost/report.ts', import.meta.url);
/** They print or check everything, so they read everything. */
const WHOLE = ['export', 'audit', 'doctor'];

const made = process.env.BENCH_DIR ? undefined : mkdtempSync(join(tmpdir(), 'loom-commands-'));
const dir = process.env.BENCH_DIR ?? made;
const env = {
  ...process.env,
  LOOM_BACKGROUND: 'off',
  LOOM_AGENT: 'ada',
  CLAUDE_CONFIG_DIR: join(dir, 'none'),
  CODEX_HOME: join(dir, 'none'),
};
const run = (args, more) => node(args, { cwd: dir, env, ...more });
const lm = (...args) => run([LM, ...args], { codes: [0, 1, 3, 4] });
const answer = async (...args) => JSON.parse((await lm(...args, '--json')).stdout).data;

try {
  if (made) {
    await runTypeScript('test/loom/dashboard/seed.ts', [dir, TRACES, CALLS, ISSUES].map(String));
  }
  // Updates the sums, like the next ingest.
  await lm('cost');
  const [issue] = (await answer('list', '--limit', '1')).issues ?? [];
  const [session] = (await answer('session', 'list', '--limit', '1')).sessions ?? [];
  const [trace] = (await answer('traces', '--limit', '1')).rows;
  const commands = [
    ...['ready', 'list', 'list --all', 'mine', 'search refund', 'tree', 'stats', 'stale', 'prime', 'recall'],
    ...(issue ? [`show ${issue.id}`] : []),
    ...['session list', 'session current', ...(session ? [`session show ${session.id}`] : []), 'recover'],
    ...COST_KEYS.map((by) => `cost --by ${by}`),
    'cost --by day --since 30d',
    'cost --by issue --atlas ai_task.type=generate',
    ...['budget status', 'statusline', 'top', 'agents', 'route report', 'formula list'],
    ...['traces', 'traces --status error', 'traces --since 90d', 'traces --tool refund', `trace ${trace.id}`],
    ...[
      'tools',
      'tools --since 90d',
      'errors',
      'errors --since 90d',
      'mcp-sessions',
      'mcp-sessions --since 90d',
    ],
    ...['rules list', 'rules check', 'prices', 'remote log', 'sync --status', 'doctor', 'mask'],
    ...WHOLE,
  ];
  process.stdout.write(
    `| command | processor, ms | above \`node -e 0\`, ms | least, ms | MB |\n|---|---:|---:|---:|---:|\n`,
  );
  const slow = [];
  for (const command of commands) {
    const args = [LM, ...command.split(' ')];
    const input = command === 'statusline' ? JSON.stringify({ session_id: 'bench', cwd: dir }) : '';
    const codes = [0, 1, 2, 3, 4];
    await run(args, { input, codes });
    const pairs = [];
    for (let n = 0; n < (WHOLE.includes(command) ? 1 : REPEATS); n += 1) {
      const bare = await run(['-e', '0']);
      const ours = await run(args, { input, codes });
      pairs.push({ bare: bare.cpu, cpu: ours.cpu, mb: ours.mb });
    }
    const above = median(pairs.map(({ bare, cpu }) => cpu - bare));
    const least = Math.min(...pairs.map(({ cpu }) => cpu)) - Math.min(...pairs.map(({ bare }) => bare));
    const shown = command.replace(/(show|trace) \S+/, '$1 <id>');
    const figures = [
      median(pairs.map(({ cpu }) => cpu)),
      above,
      least,
      Math.max(...pairs.map(({ mb }) => mb)),
    ];
    process.stdout.write(`| \`lm ${shown}\` | ${figures.map((ms) => ms.toFixed(0)).join(' | ')} |\n`);
    if (above > BUDGET_MS && !WHOLE.includes(command)) {
      slow.push(`${shown} ${above.toFixed(0)}`);
    }
  }
  process.stdout.write(`\nAbove ${BUDGET_MS} ms: ${slow.join(', ') || 'none'}.\n`);
} finally {
  if (made) {
    rmSync(made, { recursive: true, force: true });
  }
}
