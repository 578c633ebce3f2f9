// `node bench/loom/ccusage.mjs <path to ccusage>`: reads synthetic transcripts with all known traps, with Loom and with
// ccusage, and compares the results by model. Build packages/loom first; ccusage comes from npm (`npm i ccusage@20`).
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [ccusage] = process.argv.slice(2);
if (!ccusage) {
  throw new Error('Name the ccusage program: node bench/loom/ccusage.mjs node_modules/.bin/ccusage');
}
const root = fileURLToPath(new URL('../..', import.meta.url));
const bundled = await build({
  entryPoints: [join(root, 'test/loom/ingest/transcripts.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
});
const made = await import(`data:text/javascript,${encodeURIComponent(bundled.outputFiles[0].text)}`);
const { codexRow, prompt, response, tokenCount, writeClaude, writeCodex } = made;

const dir = mkdtempSync(join(tmpdir(), 'loom-ccusage-'));
const home = join(dir, 'home');
mkdirSync(join(dir, '.loom'));
const s = (sessionId, more = {}) => ({ sessionId, cwd: dir, more });
const usage = { input: 1000, output: 500, read: 20_000, w5: 3000, w1h: 1000 };
const model = (name) => ({ model: name });

const plain = writeClaude(home, 'p/plain.jsonl', [
  prompt(s('plain'), 'u1', 0),
  // One response in three rows, with growing usage.
  response(s('plain'), 'm1', 1, { ...usage, output: 1 }),
  response(s('plain'), 'm1', 2, { ...usage, output: 250 }),
  response(s('plain'), 'm1', 3, usage),
  response(s('plain'), 'opus', 10, usage, model('claude-opus-4-1-20250805')),
  response(s('plain'), 'haiku', 20, usage, model('claude-haiku-4-5-20251001')),
  response(s('plain'), 'synthetic', 30, usage, model('<synthetic>')),
  response(s('plain'), 'unknown', 40, usage, model('claude-of-tomorrow')),
  // Above 200,000 input tokens.
  response(s('plain'), 'long', 50, { input: 250_000, output: 1000 }, model('claude-sonnet-4-20250514')),
]);
appendFileSync(plain, '{"type":"assistant","broken\n');
writeClaude(home, 'p/resumed.jsonl', [
  prompt(s('resumed'), 'u1', 0),
  response(s('resumed'), 'm1', 3, usage),
  response(s('resumed'), 'm1', 3, usage, { requestId: 'replayed', row: { isSidechain: true } }),
  prompt(s('resumed'), 'u2', 100),
  response(s('resumed'), 'm2', 101, usage),
]);
writeClaude(home, 'p/plain/subagents/agent-1.jsonl', [
  response(
    s('plain', { isSidechain: true, agentId: '1' }),
    'sub',
    5,
    usage,
    model('claude-haiku-4-5-20251001'),
  ),
]);
const meta = (id, seconds, more = {}) =>
  codexRow('session_meta', seconds, { id, cwd: dir, model_provider: 'openai', ...more });
const parent = [
  codexRow('turn_context', 1, { model: 'gpt-5' }),
  tokenCount(
    2,
    { input: 10_000, cached: 8000, output: 300, reasoning: 100 },
    { input: 10_000, cached: 8000, output: 300, reasoning: 100 },
  ),
  tokenCount(
    3,
    { input: 10_000, cached: 8000, output: 300, reasoning: 100 },
    { input: 10_000, cached: 8000, output: 300, reasoning: 100 },
  ),
  tokenCount(
    9,
    { input: 21_000, cached: 17_000, output: 500, reasoning: 150 },
    { input: 11_000, cached: 9000, output: 200, reasoning: 50 },
  ),
];
writeCodex(home, 'rollout-2026-10-01T10-00-00-aaaaaaaa.jsonl', [meta('aaaaaaaa', 0), ...parent]);
writeCodex(home, 'rollout-2026-10-01T10-01-00-bbbbbbbb.jsonl', [
  meta('bbbbbbbb', 60, { forked_from_id: 'aaaaaaaa', thread_source: 'subagent' }),
  ...parent.map((row) => ({ ...row, timestamp: new Date(Date.parse('2026-10-01T10:01:00Z')).toISOString() })),
  tokenCount(
    70,
    { input: 33_000, cached: 27_000, output: 900, reasoning: 250 },
    { input: 12_000, cached: 10_000, output: 400, reasoning: 100 },
  ),
]);

const env = {
  ...process.env,
  CLAUDE_CONFIG_DIR: home,
  CODEX_HOME: home,
  HOME: dir,
  XDG_CONFIG_HOME: join(dir, 'none'),
  TZ: 'UTC',
};
const run = (command, args) => {
  const ran = spawnSync(command, args, { cwd: dir, env, encoding: 'utf8' });
  if (ran.status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${ran.stderr}${ran.stdout}`);
  }
  return JSON.parse(ran.stdout);
};

try {
  const lm = join(root, 'packages/loom/bin/lm.js');
  run(process.execPath, [lm, 'ingest', '--json']);
  const rows = new Map();
  const at = (name) => rows.get(name) ?? rows.set(name, { loom: null, ccusage: null }).get(name);
  for (const row of run(process.execPath, [lm, 'cost', '--by', 'model', '--json']).data.rows) {
    at(row.key).loom = {
      tokens: row.tokens,
      dollars: row.cost_micros === null ? null : row.cost_micros / 1e6,
    };
  }
  for (const day of run(ccusage, ['claude', 'daily', '--json', '--offline', '--breakdown']).daily) {
    for (const part of day.modelBreakdowns) {
      at(part.modelName).ccusage = {
        tokens: part.inputTokens + part.outputTokens + part.cacheCreationTokens + part.cacheReadTokens,
        dollars: part.cost,
      };
    }
  }
  for (const day of run(ccusage, ['codex', 'daily', '--json', '--offline']).daily) {
    for (const [name, part] of Object.entries(day.models ?? {})) {
      at(name).ccusage = {
        tokens: part.inputTokens + part.outputTokens,
        dollars: day.costUSD ?? part.cost ?? null,
      };
    }
  }
  for (const [name, { loom, ccusage: theirs }] of [...rows].sort()) {
    const said = (of) => (of ? `${of.tokens} tokens $${of.dollars?.toFixed(6) ?? '?'}` : 'not there');
    process.stdout.write(`${name.padEnd(30)} loom ${said(loom).padEnd(32)} ccusage ${said(theirs)}\n`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
