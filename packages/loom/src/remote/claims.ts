import { ensureCapture } from '../changes/capture.js';
import type { Change } from '../changes/change.js';
import { nodeOfStamp, timeOfStamp } from '../changes/clock.js';
import { LoomError } from '../errors.js';
import { timedId } from '../ids.js';
import { herePlace } from '../issues/place.js';
import type { Database } from '../store/database.js';
import type { D1 } from './d1.js';
import { groups } from './groups.js';
import { type Entry, note } from './report.js';
import { sharedNow } from './skew.js';

/** A local claim that D1 has not decided yet. */
interface Wanted {
  readonly issue_id: string;
  readonly holder: string;
  readonly name: string;
  readonly place: string;
  readonly stamp: string;
  readonly at: number;
  /**
   * The newest state of the issue that both sides know. Anything newer in D1 was done by others meanwhile.
   */
  readonly seen: string | null;
}

/** Why a claim is lost. */
export interface Lost {
  readonly issue_id: string;
  /** Who has the issue, or closed it. */
  readonly name: string;
  readonly place: string;
  /** Unix ms. */
  readonly since: number;
  readonly closed: string | null;
  readonly says: string;
}

const CLAIM = `INSERT INTO claims(issue_id, holder, name, place, stamp, at, released)
  SELECT json_extract(j.value, '$.issue_id'), json_extract(j.value, '$.holder'), json_extract(j.value, '$.name'),
    json_extract(j.value, '$.place'), json_extract(j.value, '$.stamp'), json_extract(j.value, '$.at'), 0
  FROM json_each(?1) j
  WHERE COALESCE((SELECT c.value FROM changes c WHERE c.tbl = 'issues' AND c.row_key = json_array(json_extract(j.value, '$.issue_id'))
      AND c.field = 'status' AND c.stamp > COALESCE(json_extract(j.value, '$.seen'), '') AND c.stamp <> json_extract(j.value, '$.stamp')
      ORDER BY c.stamp DESC LIMIT 1), '') NOT IN ('"completed"', '"cancelled"')
  ON CONFLICT(issue_id) DO UPDATE SET holder = excluded.holder, name = excluded.name, place = excluded.place,
    stamp = excluded.stamp, at = excluded.at, released = 0
  WHERE claims.released = 1 OR claims.holder = excluded.holder
  RETURNING issue_id`;

/**
 * Asks D1 for the issues that were claimed here since the last exchange. D1 gives each to one claimant. If
 * another was first, or closed the issue, the loss is recorded, and the local issue follows D1.
 */
export async function decideClaims(
  db: Database,
  d1: D1,
  { only, tries, timeoutMs }: { only?: string; tries?: number; timeoutMs?: number } = {},
): Promise<Lost[]> {
  const node = ensureCapture(db);
  const wanted = wantedClaims(db, node).filter(({ issue_id }) => only === undefined || issue_id === only);
  const lost: Lost[] = [];
  for (const { items, text } of groups(
    wanted,
    (claim) => claim,
    () => {},
  )) {
    const options = { ...(tries ? { tries } : {}), ...(timeoutMs ? { timeoutMs } : {}) };
    const given = new Set((await d1.query(CLAIM, [text], options)).map(({ issue_id }) => String(issue_id)));
    const refused = items.filter(({ issue_id }) => !given.has(issue_id));
    if (refused.length > 0) {
      const why = await reasons(
        d1,
        refused.map(({ issue_id }) => issue_id),
      );
      lost.push(...refused.map((claim) => whyLost(claim, why)));
    }
  }
  for (const one of lost) {
    yieldTo(db, one);
  }
  return lost;
}

/** Asks D1 for one issue now; undefined if it is given. */
export async function claimNow(db: Database, d1: D1, id: string): Promise<Lost | 'not asked' | undefined> {
  try {
    const [lost] = await decideClaims(db, d1, { only: id, tries: 1, timeoutMs: 5000 });
    return lost;
  } catch (error) {
    if (error instanceof LoomError) {
      return 'not asked';
    }
    throw error;
  }
}

/** Releases the issues that these changes released or closed. */
export async function releaseClaims(
  d1: D1,
  sent: readonly Change[],
  options: { tries?: number; timeoutMs?: number } = {},
): Promise<void> {
  const given = sent.filter(
    ({ tbl, field, value }) => tbl === 'issues' && field === 'status' && value !== '"in_progress"',
  );
  const wire = ({ row_key, stamp }: Change) => ({ id: (JSON.parse(row_key) as string[])[0], stamp });
  for (const { text } of groups(given, wire, () => {})) {
    await d1.query(
      `UPDATE claims SET released = 1 WHERE released = 0 AND EXISTS (SELECT 1 FROM json_each(?1) j
         WHERE json_extract(j.value, '$.id') = claims.issue_id AND json_extract(j.value, '$.stamp') > claims.stamp)`,
      [text],
      options,
    );
  }
}

/**
 * Notifies D1 immediately of an issue that was released or closed here, so that others can claim it. Returns
 * whether D1 responded.
 */
export async function releaseNow(db: Database, d1: D1, id: string): Promise<boolean> {
  const [last] = db.all<Change>(
    `SELECT * FROM changes WHERE tbl = 'issues' AND row_key = json_array(?) AND field = 'status'
     ORDER BY stamp DESC LIMIT 1`,
    id,
  );
  try {
    await releaseClaims(d1, last ? [last] : [], { tries: 1, timeoutMs: 5000 });
    return true;
  } catch (error) {
    if (error instanceof LoomError) {
      return false;
    }
    throw error;
  }
}

function wantedClaims(db: Database, node: string): Wanted[] {
  const here = herePlace(db);
  const rows = db.all<{ id: string; assignee: string; stamp: string; seen: string | null }>(
    `SELECT i.id, i.assignee, c.stamp, (SELECT MAX(s.stamp) FROM changes s WHERE s.tbl = 'issues'
         AND s.row_key = c.row_key AND s.field = 'status' AND s.pushed = 1) AS seen
     FROM changes c JOIN issues i ON i.id = json_extract(c.row_key, '$[0]')
     WHERE c.pushed = 0 AND c.tbl = 'issues' AND c.field = 'status' AND c.value = '"in_progress"'
       AND i.status = 'in_progress' AND i.assignee IS NOT NULL
       AND COALESCE(json_extract(i.holder, '$.node'), ?1) = ?1
       AND c.stamp = (SELECT MAX(n.stamp) FROM changes n WHERE n.tbl = 'issues' AND n.row_key = c.row_key AND n.field = 'status')`,
    node,
  );
  return rows.map(({ id, assignee, stamp, seen }) => ({
    issue_id: id,
    holder: `${node}/${assignee}`,
    name: assignee,
    place: `${here.user}@${here.host}`,
    stamp,
    at: timeOfStamp(stamp),
    seen,
  }));
}

interface Reasons {
  readonly claims: ReadonlyMap<string, Record<string, unknown>>;
  readonly states: ReadonlyMap<string, Record<string, unknown>>;
}

async function reasons(d1: D1, ids: readonly string[]): Promise<Reasons> {
  const text = [JSON.stringify(ids)];
  const claims = await d1.query(
    'SELECT c.* FROM json_each(?1) j JOIN claims c ON c.issue_id = j.value WHERE c.released = 0',
    text,
  );
  const states = await d1.query(
    `SELECT j.value AS issue_id, c.value, c.stamp, c.actor FROM json_each(?1) j JOIN changes c
       ON c.tbl = 'issues' AND c.row_key = json_array(j.value) AND c.field = 'status'
     WHERE c.stamp = (SELECT MAX(n.stamp) FROM changes n WHERE n.tbl = 'issues' AND n.row_key = c.row_key AND n.field = 'status')`,
    text,
  );
  const byId = (rows: Record<string, unknown>[]) => new Map(rows.map((row) => [String(row.issue_id), row]));
  return { claims: byId(claims), states: byId(states) };
}

function whyLost(claim: Wanted, { claims, states }: Reasons): Lost {
  const mine = `${claim.name} (${claim.place}) claimed it here at ${clock(claim.at)}`;
  const held = claims.get(claim.issue_id);
  if (held) {
    const since = Number(held.at);
    return {
      issue_id: claim.issue_id,
      name: String(held.name),
      place: String(held.place),
      since,
      closed: null,
      says: `${claim.issue_id} is claimed by ${held.name} (${held.place}) since ${clock(since)}; ${mine}. D1 had the other claim first, so it wins.`,
    };
  }
  const state = states.get(claim.issue_id);
  const closed = JSON.parse(String(state?.value ?? '"closed"')) as string;
  const since = state ? timeOfStamp(String(state.stamp)) : claim.at;
  const who = String(state?.actor ?? (state ? nodeOfStamp(String(state.stamp)) : 'someone'));
  return {
    issue_id: claim.issue_id,
    name: who,
    place: '',
    since,
    closed,
    says: `${claim.issue_id} was ${closed} by ${who} at ${clock(since)}; ${mine}. Earlier work is kept.`,
  };
}

/** Gives the local issue to the other claimant, and records the reason in its history. */
function yieldTo(db: Database, lost: Lost): void {
  db.transaction(() => {
    const [user = '', host = ''] = lost.place.split('@', 2);
    const now = sharedNow(db);
    if (lost.closed === null) {
      db.run(
        'UPDATE issues SET assignee = ?, holder = ?, updated_at = MAX(updated_at, ?) WHERE id = ?',
        lost.name,
        JSON.stringify({ user, host, node: 'elsewhere' }),
        now,
        lost.issue_id,
      );
    } else {
      db.run(
        'UPDATE issues SET status = ?, assignee = NULL, holder = NULL, closed_at = ?, updated_at = MAX(updated_at, ?) WHERE id = ?',
        lost.closed,
        lost.since,
        now,
        lost.issue_id,
      );
    }
    db.run(
      `INSERT INTO issue_events(id, issue_id, actor, from_status, to_status, reason, at, kind, sync)
       VALUES (?, ?, 'D1', 'in_progress', ?, ?, ?, 'claim', 3)`,
      timedId('evt', now),
      lost.issue_id,
      lost.closed ?? 'in_progress',
      lost.says,
      now,
    );
    const entry: Entry = { kind: 'claim', tbl: 'issues', row_id: lost.issue_id, says: lost.says };
    note(db, [entry], now);
  });
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
