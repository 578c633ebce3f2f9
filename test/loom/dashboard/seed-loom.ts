import type { Database } from '../../../packages/loom/src/store/database.js';
import { writeMeta } from '../../../packages/loom/src/store/meta.js';
import { SYNC } from '../../../packages/loom/src/sync/queues.js';
import type { Random } from './random.js';

export interface SeedSize {
  /** Traces of MCP servers. */
  readonly traces: number;
  /** LLM calls of agents. */
  readonly calls: number;
  /** Default 24. */
  readonly issues?: number;
  /** All times are before this (Unix ms). The content depends on nothing else. */
  readonly now: number;
}

/** A session for traces. */
export interface SeededSession {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAYS = 45;
const CALLS_PER_SESSION = 60;
const CALLS_PER_ITERATION = 8;
const ROUTING_DECISIONS = 240;
const ISSUE_COUNT = 24;

const AGENTS = ['claude-code', 'codex', 'cursor'];
const MODELS = [
  { name: 'claude-sonnet-4-20250514', micros: 9000 },
  { name: 'claude-haiku-4-5-20251001', micros: 2100 },
  { name: 'gpt-5-mini', micros: 1400 },
  { name: 'gemini-3-flash', micros: 900 },
  { name: 'acme-private-1', micros: null },
] as const;
const TASKS = ['generate', 'analyze', 'summarize', 'classify', 'rewrite', 'verify', 'orchestrate'];
const ISSUES = [
  'Take payments twice only once',
  'Search finds notes by their tags',
  'Refunds over 100 dollars need approval',
  'Move the session store to D1',
  'Rate limit by account, not by address',
  'Explain a failed import to the person who started it',
  'Show "<b>unsafe</b>" titles as they are',
  'Cut the bundle by half',
];
const ISSUE_STATES = ['in_progress', 'pending', 'blocked', 'completed', 'completed', 'cancelled'];
const ENDINGS = [
  { status: 'complete', reason: null },
  { status: 'complete', reason: null },
  { status: 'complete', reason: 'the agent said it was done' },
  { status: 'interrupted', reason: 'the agent process is gone' },
  { status: 'error', reason: 'the model refused to go on' },
  { status: 'budget_exhausted', reason: 'the session budget of $5.00 is spent' },
] as const;
const FILES = [
  'src/index.ts',
  'src/tools/search.ts',
  'src/tools/refund.ts',
  'test/refund.test.ts',
  'README.md',
];

/** Issues, sessions with all their data, routing decisions and budgets. */
export function seedLoom(
  db: Database,
  random: Random,
  { calls, issues: issueCount = ISSUE_COUNT, now }: Pick<SeedSize, 'calls' | 'issues' | 'now'>,
): SeededSession[] {
  const issues = seedIssues(db, random, issueCount, now);
  const count = Math.max(8, Math.ceil(calls / CALLS_PER_SESSION));
  const sessions: SeededSession[] = [];
  for (let n = 0; n < count; n += 1) {
    const perSession = Math.floor(calls / count) + (n < calls % count ? 1 : 0);
    sessions.push(seedSession(db, random, n, count, perSession, random.pick([...issues, null]), now));
  }
  seedRouting(db, random, sessions, issues, now);
  for (const [scope, id, limit, stop] of [
    ['day', '*', 40_000_000, 0],
    ['session', '*', 5_000_000, 1],
    ['issue', issues[0] ?? '*', 20_000_000, 0],
  ] as const) {
    db.run('INSERT INTO budgets VALUES (?, ?, ?, ?, ?)', scope, id, limit, stop, now - DAYS * DAY_MS);
  }
  for (const table of ['iterations', 'llm_calls', 'tool_calls', 'routing_decisions']) {
    db.run(`UPDATE ${table} SET sync = ? WHERE substr(id, -1) < '8'`, SYNC.sent);
  }
  writeMeta(db, 'last_sent_at', String(now - 20 * MINUTE_MS));
  return sessions;
}

function seedIssues(db: Database, random: Random, count: number, now: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const id = `lm-${(100_000 + n * 7919).toString(36).padStart(6, 'a')}`;
    const status = ISSUE_STATES[n % ISSUE_STATES.length];
    const at = now - random.int(1, DAYS) * DAY_MS;
    db.run(
      `INSERT INTO issues(id, title, status, priority, assignee, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      id,
      `${ISSUES[n % ISSUES.length]}${n < ISSUES.length ? '' : `, part ${Math.floor(n / ISSUES.length) + 1}`}`,
      status,
      random.int(0, 4),
      status === 'in_progress' ? random.pick(AGENTS) : null,
      at,
      at + random.int(0, DAY_MS),
    );
    return id;
  });
}

function seedSession(
  db: Database,
  random: Random,
  n: number,
  count: number,
  calls: number,
  issue: string | null,
  now: number,
): SeededSession {
  // The last ones still run. Two of these are silent.
  const left = count - 1 - n;
  const running = left < 5;
  const silent = running && left >= 3;
  const from = running
    ? now - random.int(silent ? 180 : 5, silent ? 240 : 25) * MINUTE_MS
    : now - Math.floor(((count - n) / count) * DAYS * DAY_MS) - random.int(0, 60) * MINUTE_MS;
  const length = running && !silent ? now - from : random.int(4, 90) * MINUTE_MS;
  const to = Math.min(now - (silent ? 70 * MINUTE_MS : 0), from + length);
  const id = `ses-${from.toString(36)}${n.toString(36).padStart(8, '0')}`;
  const ending = random.pick(ENDINGS);
  const agent = random.pick(AGENTS);
  db.run(
    `INSERT INTO sessions(id, agent, source, issue_id, status, termination_reason, cwd, git_branch, git_head_start,
       started_at, last_seen_at, ended_at, title)
     VALUES (?, ?, 'manual', ?, ?, ?, '/home/ada/shop', ?, ?, ?, ?, ?, ?)`,
    id,
    agent,
    issue,
    running ? 'running' : ending.status,
    running ? null : ending.reason,
    issue ? `${issue}-work` : 'main',
    random.hex(40),
    from,
    to,
    running ? null : to,
    random.pick([null, 'Fix the refund tool', 'Look into slow searches', 'Tidy up after review']),
  );
  if (issue) {
    db.run(
      "INSERT INTO attributions(session_id, from_at, issue_id, basis) VALUES (?, 0, ?, 'branch')",
      id,
      issue,
    );
  }
  db.run("INSERT INTO atlas_tags VALUES ('session', ?, 'ai_task.type', ?)", id, random.pick(TASKS));
  seedCalls(db, random, id, issue, calls, from, to);
  for (const path of FILES.slice(0, random.int(0, FILES.length))) {
    db.run(
      'INSERT INTO files_modified VALUES (?, ?, ?, ?, ?, ?)',
      id,
      path,
      random.pick(['modified', 'modified', 'created', 'deleted']),
      random.int(0, 120),
      random.int(0, 60),
      to,
    );
  }
  for (let seq = 1; seq <= random.int(0, 3); seq += 1) {
    db.run(
      'INSERT INTO checkpoints(id, session_id, seq, summary, git_commit, at) VALUES (?, ?, ?, ?, ?, ?)',
      `chk-${n.toString(36)}-${seq}`,
      id,
      seq,
      random.pick([
        'Tests are green, the docs are left',
        'Found the cause: two timers',
        'Half of the callers moved',
      ]),
      random.hex(40),
      from + Math.floor(((to - from) * seq) / 4),
    );
  }
  return { id, from, to };
}

function seedCalls(
  db: Database,
  random: Random,
  session: string,
  issue: string | null,
  calls: number,
  from: number,
  to: number,
): void {
  const iterations = Math.max(1, Math.ceil(calls / CALLS_PER_ITERATION));
  const step = (to - from) / Math.max(1, calls);
  for (let n = 1; n <= iterations; n += 1) {
    const start = from + Math.floor((n - 1) * CALLS_PER_ITERATION * step);
    db.run(
      'INSERT INTO iterations(session_id, n, id, started_at, ended_at, outcome) VALUES (?, ?, ?, ?, ?, ?)',
      session,
      n,
      `${session}/${n}`,
      start,
      Math.min(to, start + Math.floor(CALLS_PER_ITERATION * step)),
      random.chance(0.9) ? 'complete' : 'error',
    );
  }
  for (let n = 0; n < calls; n += 1) {
    const id = `${session}-${n}`;
    const model = random.pick(MODELS);
    const at = from + Math.floor(n * step);
    const basis =
      model.micros === null ? 'unpriced' : random.pick(['reported', 'calculated', 'calculated', 'estimated']);
    db.run(
      `INSERT INTO llm_calls(id, session_id, iteration, issue_id, model, started_at, ended_at, duration_ms, input_tokens,
         output_tokens, cache_read_tokens, cost_micros, cost_basis, source)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'manual')`,
      id,
      session,
      Math.floor(n / CALLS_PER_ITERATION) + 1,
      issue,
      model.name,
      at,
      at + 2000,
      2000,
      random.int(50, 4000),
      random.int(20, 1500),
      random.int(0, 60_000),
      model.micros === null ? null : Math.round(random.skewed(model.micros)),
      basis,
    );
    if (random.chance(0.3)) {
      db.run("INSERT INTO atlas_tags VALUES ('llm_call', ?, 'ai_task.type', ?)", id, random.pick(TASKS));
    }
    db.run(
      'INSERT INTO tool_calls(id, session_id, iteration, name, started_at, duration_ms, ok) VALUES (?, ?, ?, ?, ?, ?, ?)',
      `${id}-tool`,
      session,
      Math.floor(n / CALLS_PER_ITERATION) + 1,
      random.pick([
        'Read',
        'Edit',
        'Bash',
        'Grep',
        'mcp__notes-mcp__search_notes',
        'mcp__billing-mcp__refund',
      ]),
      at + 500,
      random.int(5, 4000),
      random.chance(0.94) ? 1 : 0,
    );
  }
}

function seedRouting(
  db: Database,
  random: Random,
  sessions: readonly SeededSession[],
  issues: readonly string[],
  now: number,
): void {
  for (let n = 0; n < ROUTING_DECISIONS; n += 1) {
    const session = random.chance(0.8) ? random.pick(sessions) : undefined;
    const confidence = Math.round(random.next() * 100) / 100;
    const known = random.chance(0.75);
    const estimated = random.int(1000, 400_000);
    db.run(
      `INSERT INTO routing_decisions(id, session_id, issue_id, at, strategy, chosen_agent, chosen_model, confidence,
         reason, estimated_cost_micros, actual_cost_micros, success, outcome_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      `rte-${n.toString(36).padStart(4, '0')}`,
      session?.id ?? null,
      random.pick(issues),
      session ? session.from : now - random.int(0, DAYS) * DAY_MS,
      random.pick(['best', 'cheapest', 'fastest', 'explicit-label']),
      random.pick(AGENTS),
      random.pick(MODELS).name,
      confidence,
      random.pick(['short diff, one file', 'chosen by its label', 'tests are slow here', null]),
      estimated,
      known ? Math.round(random.skewed(estimated)) : null,
      // Over-confident at the top, like real routers.
      known ? Number(random.chance(confidence * 0.85 + 0.05)) : null,
      known ? now : null,
    );
  }
}
