// `node bench/loom/routing.mjs [calls]`: the time of one decision of `lm route` at 100,000 calls in 2,000 sessions, in
// a running process, and the time of the whole command. Build packages/loom first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LM = join(root, 'packages/loom/bin/lm.js');
const CALLS = Number(process.argv[2] ?? 100_000);
const REPEATS = 15;
const DAY_MS = 86_400_000;

const dir = mkdtempSync(join(tmpdir(), 'loom-routing-'));
const env = { ...process.env, LOOM_BACKGROUND: 'off' };
const lm = (...args) => {
  const ran = spawnSync(process.execPath, [LM, ...args], { cwd: dir, env, encoding: 'utf8' });
  if (ran.status !== 0) {
    throw new Error(`${args.join(' ')}: ${ran.stderr}${ran.stdout}`);
  }
  return ran.stdout;
};
lm('init');
seed(join(dir, '.loom/loom.db'));

await build({
  stdin: {
    contents: `export { routeIssue } from './packages/loom/src/routing/decide.ts';
      export { openLoom } from './packages/loom/src/store/open.ts';
      export { requireIssue } from './packages/loom/src/issues/store.ts';`,
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: join(root, 'packages/loom/dist/bench-decide.mjs'),
  external: ['@pydantic/genai-prices', '@photostructure/sqlite'],
  alias: {},
  logLevel: 'error',
});
const made = join(root, 'packages/loom/dist/bench-decide.mjs');
try {
  const { routeIssue, openLoom, requireIssue } = await import(pathToFileURL(made).href);
  const loomDir = join(dir, '.loom');
  const db = openLoom(loomDir);
  const issue = requireIssue(db, 'lm-next');
  const decide = () =>
    routeIssue(db, loomDir, {
      issue,
      strategy: 'balanced',
      among: [],
      limits: {},
      explore: 0,
      now: Date.now(),
    });
  await decide();
  const walls = [];
  const processor = [];
  for (let n = 0; n < REPEATS; n += 1) {
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    await decide();
    walls.push(performance.now() - from);
    const used = process.cpuUsage(cpu);
    processor.push((used.user + used.system) / 1000);
  }
  db.close();
  process.stdout.write(
    `${CALLS} calls, Node ${process.versions.node}, ${cpus().length} cores, best of ${REPEATS}\n\n`,
  );
  process.stdout.write(
    `one decision: ${Math.min(...walls).toFixed(1)} ms, ${Math.min(...processor).toFixed(1)} ms of processor\n`,
  );
  const from = performance.now();
  lm('route', 'lm-next');
  process.stdout.write(`lm route: ${(performance.now() - from).toFixed(0)} ms\n`);
} finally {
  rmSync(made, { force: true });
  rmSync(dir, { recursive: true, force: true });
}

function seed(path) {
  const { DatabaseSync } = createRequire(LM)('@photostructure/sqlite');
  const db = new DatabaseSync(path);
  const sessions = Math.ceil(CALLS / 50);
  const now = Date.now();
  db.exec('BEGIN');
  const issue = db.prepare(
    "INSERT INTO issues(id, title, type, status, labels, created_at, updated_at, closed_at) VALUES (?, ?, ?, 'completed', ?, ?, ?, ?)",
  );
  const event = db.prepare(
    "INSERT INTO issue_events(id, issue_id, actor, from_status, to_status, reason, at) VALUES (?, ?, 'a', 'in_progress', 'completed', 'seen', ?)",
  );
  const session = db.prepare(
    "INSERT INTO sessions(id, agent, source, issue_id, status, started_at, last_seen_at, ended_at) VALUES (?, ?, 'bench', ?, ?, ?, ?, ?)",
  );
  const call = db.prepare(
    "INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, input_tokens, output_tokens, cost_micros, cost_basis) VALUES (?, ?, ?, ?, ?, 1000, 200, ?, 'calculated')",
  );
  const models = [
    'claude-opus-4-5',
    'claude-sonnet-4-5',
    'claude-haiku-4-5',
    'gpt-5.1-codex',
    'gemini-3-pro',
  ];
  for (let n = 0; n < sessions; n += 1) {
    const at = now - (365 * DAY_MS * (sessions - n)) / sessions;
    const end = at + 3_000_000;
    issue.run(
      `lm-${n}`,
      `Issue ${n}`,
      ['bug', 'feature', 'chore'][n % 3],
      JSON.stringify([`area:${n % 7}`]),
      at,
      end,
      end,
    );
    event.run(`evt-${n}`, `lm-${n}`, end);
    session.run(
      `ses-${n}`,
      n % 5 < 3 ? 'claude-code' : 'codex',
      `lm-${n}`,
      n % 9 ? 'complete' : 'error',
      at,
      end,
      end,
    );
    for (let at2 = 0; at2 < 50; at2 += 1) {
      call.run(`c-${n}-${at2}`, `ses-${n}`, `lm-${n}`, models[n % 5], at + at2 * 60_000, 10_000 + at2);
    }
  }
  db.exec(
    `INSERT INTO issues(id, title, type, labels, created_at, updated_at) VALUES ('lm-next', 'Next', 'bug', '["area:3"]', ${now}, ${now})`,
  );
  db.exec('COMMIT');
  db.close();
}
