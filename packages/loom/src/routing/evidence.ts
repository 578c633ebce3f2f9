import { grouped } from '../grouped.js';
import type { Database } from '../store/database.js';

/** Evidence for the outcome of a piece of work. */
export interface Evidence {
  readonly source: 'person' | 'issue' | 'session' | 'tests' | 'handed over' | 'import';
  readonly success: boolean;
  readonly weight: number;
  readonly says: string;
}

export interface WorkRef {
  readonly sessionId: string;
  readonly issueId: string;
  readonly model: string;
  /** Unix ms of the first and the last call. */
  readonly first: number;
  readonly last: number;
}

interface When {
  readonly now: number;
  readonly settleMs: number;
}

export interface SessionRow {
  readonly id: string;
  readonly agent: string;
  readonly status: string;
  readonly reason: string | null;
}

/** Evidence such as a commit or a test run counts more than a plain "done". */
const WEIGHT = { shown: 2, done: 1, session: 1, tests: 1, handedOver: 0.5, person: 1 } as const;
/** A session is closed shortly after its last call. */
const SLACK_MS = 60_000;

/** Evidence for the outcome of each work, in the same order. `issues` is a JSON array of their issue ids. */
export function evidenceOf(
  db: Database,
  works: readonly WorkRef[],
  sessions: ReadonlyMap<string, SessionRow>,
  issues: string,
  when: When,
): Evidence[][] {
  const closings = closingsByIssue(db, issues);
  const tests = testsBySession(db);
  const persons = manualOutcomes(db);
  const byIssue = grouped(
    works.map((work, at) => ({ work, at })),
    ({ work }) => work.issueId,
  );
  const found: Evidence[][] = works.map(() => []);
  for (const [issueId, some] of byIssue) {
    const order = [...some].sort((a, b) => a.work.last - b.work.last);
    for (const [nth, { work, at }] of order.entries()) {
      const session = sessions.get(work.sessionId);
      const next = order[nth + 1]?.work;
      const own = found[at] as Evidence[];
      own.push(
        ...(persons.get(work.sessionId) ?? []),
        ...(persons.get(`${work.sessionId} ${issueId}`) ?? []),
      );
      if (session && FAILED.has(session.status)) {
        own.push({
          source: 'session',
          success: false,
          weight: WEIGHT.session,
          says: `session ended: ${session.reason ?? session.status}`,
        });
      }
      const ran = tests.get(work.sessionId);
      if (ran) {
        own.push(ran);
      }
      // The last session on the issue before it was closed counts as the one that closed it.
      const closing = (closings.get(issueId) ?? []).find(
        ({ at: closed }) => closed >= work.last - SLACK_MS && (next === undefined || closed < next.last),
      );
      if (closing) {
        own.push(...outcomeOf(closing, when));
      } else if (next && next.model !== work.model && next.sessionId !== work.sessionId) {
        own.push({
          source: 'handed over',
          success: false,
          weight: WEIGHT.handedOver,
          says: `${next.model} continued it`,
        });
      }
    }
  }
  return found;
}

const FAILED: ReadonlySet<string> = new Set(['error', 'budget_exhausted', 'interrupted']);

interface Closing {
  readonly at: number;
  readonly to: string;
  readonly shown: boolean;
  /** Time when it was reopened. */
  readonly reopened: number | undefined;
}

function outcomeOf({ at, to, shown, reopened }: Closing, { now, settleMs }: When): Evidence[] {
  if (to === 'cancelled') {
    return [];
  }
  if (reopened !== undefined && reopened - at <= settleMs) {
    return [{ source: 'issue', success: false, weight: WEIGHT.shown, says: 'the issue was reopened' }];
  }
  if (now - at < settleMs) {
    return [];
  }
  return [
    shown
      ? {
          source: 'issue',
          success: true,
          weight: WEIGHT.shown,
          says: 'completed with evidence, not reopened',
        }
      : {
          source: 'issue',
          success: true,
          weight: WEIGHT.done,
          says: 'completed without evidence, not reopened',
        },
  ];
}

function closingsByIssue(db: Database, issues: string): Map<string, Closing[]> {
  const events = db.all<{
    issue_id: string;
    from_status: string | null;
    to_status: string;
    at: number;
    shown: number;
  }>(
    `SELECT e.issue_id, e.from_status, e.to_status, e.at, COALESCE(e.reason, i.evidence) IS NOT NULL AS shown
     FROM json_each(?) j JOIN issue_events e ON e.issue_id = j.value JOIN issues i ON i.id = e.issue_id
     WHERE e.kind = 'status' AND (e.to_status IN ('completed', 'cancelled') OR e.from_status IN ('completed', 'cancelled'))
     ORDER BY e.issue_id, e.at, e.id`,
    issues,
  );
  const closings = new Map<string, Closing[]>();
  for (const { issue_id, to_status, at, shown } of events) {
    const list = closings.get(issue_id) ?? [];
    closings.set(issue_id, list);
    const last = list.at(-1);
    if (to_status === 'completed' || to_status === 'cancelled') {
      list.push({ at, to: to_status, shown: shown === 1, reopened: undefined });
    } else if (last && last.reopened === undefined) {
      list[list.length - 1] = { ...last, reopened: at };
    }
  }
  return closings;
}

/** Test results in the last checkpoint: { tests: { passed, failed } }, or the format of the earlier Loom. */
function testsBySession(db: Database): Map<string, Evidence> {
  const rows = db.all<{ session_id: string; passed: number | null; failed: number | null }>(
    `SELECT session_id, COALESCE(json_extract(context, '$.tests.passed'), json_extract(context, '$.test_state.passed')) AS passed,
       COALESCE(json_extract(context, '$.tests.failed'), json_extract(context, '$.test_state.failed')) AS failed
     FROM checkpoints WHERE json_type(context, '$.tests') = 'object' OR json_type(context, '$.test_state') = 'object'
     ORDER BY session_id, seq`,
  );
  return new Map(
    rows.map(({ session_id, passed, failed }) => [
      session_id,
      {
        source: 'tests' as const,
        success: Number(failed) === 0 && Number(passed) > 0,
        weight: WEIGHT.tests,
        says: `tests at the end: ${Number(passed)} passed, ${Number(failed)} failed`,
      },
    ]),
  );
}

/** Outcomes entered by hand for a session, or for a session and an issue. */
function manualOutcomes(db: Database): Map<string, Evidence[]> {
  const rows = db.all<{ session_id: string; issue_id: string | null; success: number; notes: string | null }>(
    `SELECT session_id, issue_id, success, notes FROM routing_decisions
     WHERE success IS NOT NULL AND session_id IS NOT NULL ORDER BY outcome_at`,
  );
  const words = new Map<string, Evidence[]>();
  for (const { session_id, issue_id, success, notes } of rows) {
    const key = issue_id === null ? session_id : `${session_id} ${issue_id}`;
    const says = `a person: ${success ? 'good' : 'not good'}${notes ? ` (${notes})` : ''}`;
    words.set(key, [
      ...(words.get(key) ?? []),
      { source: 'person', success: success === 1, weight: WEIGHT.person, says },
    ]);
  }
  return words;
}
