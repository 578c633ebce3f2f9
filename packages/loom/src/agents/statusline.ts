import { readFileSync } from 'node:fs';
import { budgetStatus } from '../budgets/status.js';
import { isRecord } from '../json-values.js';
import { formatMicros } from '../money.js';
import { currentSession } from '../sessions/current.js';
import type { Session } from '../sessions/session.js';
import { findBySource } from '../sessions/store.js';
import type { Database } from '../store/database.js';
import { findLoomDir } from '../store/folder.js';
import { openLoomForReading } from '../store/open.js';

/** The fields of Claude Code's status line input that we use (code.claude.com/docs/en/statusline). */
interface StatusInput {
  readonly session_id?: unknown;
  readonly cwd?: unknown;
  readonly model?: unknown;
  readonly cost?: unknown;
  readonly context_window?: unknown;
}

/** Facts of the session in `cwd`, or of the session that the client names on stdin. */
export function statusFacts(cwd: string): { facts: Facts; line: string } {
  const input = readInput();
  const dir = typeof input.cwd === 'string' ? input.cwd : cwd;
  const loomDir = findLoomDir(dir);
  const facts = { ...fromClient(input), ...(loomDir ? fromLoom(loomDir, input, dir) : {}) };
  const line = [facts.issue, facts.cost, facts.left, facts.context, facts.model].filter(Boolean).join(' · ');
  // A title must not move the cursor.
  return { facts, line: line.replaceAll(/\s+/g, ' ').replace(/[^\P{Cc}]/gu, '\uFFFD') };
}

/** `lm statusline` without the command line's startup: an agent waits for it after each response. */
export function main(): void {
  process.stdout.write(`${statusFacts(process.cwd()).line}\n`);
}

interface Facts {
  readonly issue?: string | undefined;
  readonly cost?: string | undefined;
  readonly left?: string | undefined;
  readonly context?: string | undefined;
  readonly model?: string | undefined;
}

function readInput(): StatusInput {
  if (process.stdin.isTTY) {
    return {};
  }
  try {
    const input: unknown = JSON.parse(readFileSync(0, 'utf8'));
    return isRecord(input) ? input : {};
  } catch {
    return {};
  }
}

function fromClient({ model, cost, context_window: context }: StatusInput): Facts {
  const dollars = isRecord(cost) && typeof cost.total_cost_usd === 'number' ? cost.total_cost_usd : undefined;
  const used =
    isRecord(context) && typeof context.used_percentage === 'number' ? context.used_percentage : undefined;
  return {
    // The client's own figure, unchanged.
    cost: dollars === undefined ? undefined : `${formatMicros(dollars * 1e6)} session`,
    context: used === undefined ? undefined : `context ${Math.round(used)} %`,
    model: isRecord(model) && typeof model.display_name === 'string' ? model.display_name : undefined,
  };
}

function fromLoom(loomDir: string, input: StatusInput, cwd: string): Facts {
  let db: Database | undefined;
  try {
    db = openLoomForReading(loomDir);
    const session =
      typeof input.session_id === 'string'
        ? findBySource(db, 'claude-code', input.session_id)
        : currentSession(db, cwd);
    return session
      ? { ...issueFact(db, session), ...costFact(db, session, input), ...leftFact(db, session) }
      : {};
  } catch {
    // If our data can't be read, the status line shows only the client's data.
    return {};
  } finally {
    db?.close();
  }
}

function issueFact(db: Database, { issue_id }: Session): Facts {
  const title =
    issue_id && db.get<{ title: string }>('SELECT title FROM issues WHERE id = ?', issue_id)?.title;
  return title
    ? { issue: `${issue_id} ${title.length > 40 ? `${title.slice(0, 39)}…` : title}` }
    : { issue: 'no issue' };
}

function costFact(db: Database, { id }: Session, input: StatusInput): Facts {
  if (isRecord(input.cost) && typeof input.cost.total_cost_usd === 'number') {
    return {};
  }
  const sum = db.get<{ cost: number | null; unpriced: number }>(
    "SELECT SUM(cost_micros) AS cost, COALESCE(SUM(cost_basis = 'unpriced'), 0) AS unpriced FROM llm_calls WHERE session_id = ?",
    id,
  );
  return sum?.cost === null || sum === undefined
    ? {}
    : { cost: `${formatMicros(sum.cost)}${sum.unpriced > 0 ? '+' : ''} session` };
}

function leftFact(db: Database, { id }: Session): Facts {
  const [tightest] = budgetStatus(db, Date.now(), id).sort((a, b) => b.share - a.share);
  return tightest
    ? {
        left: `${formatMicros(Math.max(0, tightest.limit_micros - tightest.spent_micros))}${tightest.unpriced_calls > 0 ? ' at most' : ''} of the ${tightest.scope} budget left`,
      }
    : {};
}
