import { budgetStatus } from '../budgets/status.js';
import { startOfDay } from '../cost/days.js';
import { formatMicros } from '../money.js';
import type { Outcome } from '../output.js';
import { paint, renderTable, type Screen, thousands } from '../screen.js';
import type { Database } from '../store/database.js';
import { budgetLine } from './budget-text.js';
import { command, withLoomToRead } from './spec.js';

const MINUTE_MS = 60_000;
const RECENT_MS = 10 * MINUTE_MS;

interface Running {
  readonly id: string;
  readonly agent: string;
  readonly status: string;
  readonly issue_id: string | null;
  readonly title: string | null;
  readonly started_at: number;
  readonly last_seen_at: number;
  readonly calls: number;
  readonly tokens: number;
  readonly cost_micros: number | null;
  readonly unpriced: number;
  readonly recent: number | null;
}

export const top = command({
  builder: (yargs) =>
    yargs
      .option('once', { type: 'boolean', default: false, describe: 'Print once and exit' })
      .option('every', { type: 'number', default: 2, describe: 'Seconds between updates' }),
  run: async (args): Promise<Outcome> => {
    const look = () => withLoomToRead(args, (db) => topOutcome(db, Date.now()));
    return {
      ...(await look()),
      ...(args.once ? {} : { live: { everyMs: Math.max(0.5, args.every) * 1000, look } }),
    };
  },
});

function topOutcome(db: Database, now: number): Outcome {
  const running = db.all<Running>(
    `SELECT s.id, s.agent, s.status, s.issue_id, COALESCE(i.title, s.title) AS title, s.started_at, s.last_seen_at,
       COUNT(c.id) AS calls, COALESCE(SUM(c.total_tokens), 0) AS tokens, SUM(c.cost_micros) AS cost_micros,
       COALESCE(SUM(c.cost_basis = 'unpriced'), 0) AS unpriced,
       SUM(CASE WHEN c.started_at > ?1 THEN c.cost_micros END) AS recent
     FROM sessions s LEFT JOIN llm_calls c ON c.session_id = s.id LEFT JOIN issues i ON i.id = s.issue_id
     WHERE s.ended_at IS NULL GROUP BY s.id ORDER BY s.last_seen_at DESC LIMIT 30`,
    now - RECENT_MS,
  );
  const today = db.get<{ cost: number | null; calls: number; tokens: number; unpriced: number }>(
    `SELECT SUM(cost_micros) AS cost, COUNT(*) AS calls, COALESCE(SUM(total_tokens), 0) AS tokens,
       COALESCE(SUM(cost_basis = 'unpriced'), 0) AS unpriced FROM llm_calls INDEXED BY llm_calls_time WHERE started_at >= ?`,
    startOfDay(now),
  );
  const budgets = budgetStatus(db, now);
  const lines = (screen: Screen) => [
    paint(
      screen,
      'bold',
      `Today ${formatMicros(today?.calls ? today.cost : 0)}${today?.unpriced ? '+' : ''}, ${thousands(today?.calls ?? 0)} calls, ${thousands(today?.tokens ?? 0)} tokens`,
    ),
    ...budgets.map((status) =>
      paint(
        screen,
        status.state === 'over' ? 'red' : status.state === 'warn' ? 'yellow' : 'dim',
        budgetLine(status),
      ),
    ),
    '',
    ...(running.length === 0
      ? ['No session is running.']
      : renderTable(
          screen,
          [
            { head: 'session' },
            { head: 'agent' },
            { head: 'issue', drop: 2 },
            { head: 'what', cut: true },
            { head: 'for', right: true },
            { head: 'silent', right: true, drop: 1 },
            { head: 'calls', right: true, drop: 3 },
            { head: 'tokens', right: true, drop: 4 },
            { head: 'cost', right: true, style: () => 'green' },
            { head: 'last 10 min', right: true, drop: 5 },
          ],
          running.map((row) => [
            row.id,
            row.agent,
            row.issue_id ?? '-',
            row.title ?? '',
            span(now - row.started_at),
            span(now - row.last_seen_at),
            thousands(row.calls),
            thousands(row.tokens),
            row.calls === 0 ? '-' : `${formatMicros(row.cost_micros)}${row.unpriced > 0 ? '+' : ''}`,
            row.recent === null ? '-' : formatMicros(row.recent),
          ]),
        )),
    ...(running.some(({ unpriced }) => unpriced > 0) || today?.unpriced
      ? [paint(screen, 'dim', 'A + means that the sum leaves out calls without a known price.')]
      : []),
  ];
  return {
    data: { at: now, today, running, budgets },
    text: lines({ width: undefined, colour: false }).join('\n'),
    screen: (screen) => lines(screen).join('\n'),
  };
}

function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  return minutes < 60
    ? `${minutes} min`
    : minutes < 48 * 60
      ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
      : `${Math.floor(minutes / 1440)} d`;
}
