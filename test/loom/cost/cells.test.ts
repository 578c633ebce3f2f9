import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { keepSums } from '../../../packages/loom/src/cost/keep-sums.js';
import { type Period, periodNames, QUARTER_MS } from '../../../packages/loom/src/cost/periods.js';
import {
  COST_KEYS,
  type CostFilter,
  type CostKey,
  type CostRow,
  costReport,
  unpricedModels,
} from '../../../packages/loom/src/cost/report.js';
import type { Database } from '../../../packages/loom/src/store/database.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { fileFolder } from '../../support/folder.js';
import { Random } from '../dashboard/random.js';
import { seedLoom } from '../dashboard/seed-loom.js';
import { NOW } from '../dashboard/seeded.js';
import { project } from '../project.js';

const DAY = 86_400_000;
const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER, dimension: 'ai_task.type' };

/** The term of a call `c` as documented: its own, then its session's, then its issue's. */
const TERM = `COALESCE(
  (SELECT term FROM atlas_tags WHERE entity = 'llm_call' AND entity_id = c.id AND dimension = @),
  (SELECT term FROM atlas_tags WHERE entity = 'session' AND entity_id = c.session_id AND dimension = @),
  (SELECT term FROM atlas_tags WHERE entity = 'issue' AND entity_id = c.issue_id AND dimension = @), 'no term')`;

const KEYS: Record<CostKey, string> = {
  issue: "COALESCE(c.issue_id, 'unattributed')",
  model: 'c.model',
  agent: 's.agent',
  project: "COALESCE(s.cwd, 'no folder')",
  branch: "COALESCE(s.git_branch, 'no branch')",
  day: 'quarter',
  week: 'quarter',
  month: 'quarter',
  block: 'quarter',
  session: 'c.session_id',
  atlas: TERM.replaceAll('@', '?3'),
};

type Totals = Record<string, number | null>;
const TOTALS = `COUNT(*) AS calls, SUM(c.input_tokens) AS input_tokens, SUM(c.output_tokens) AS output_tokens,
  SUM(c.cache_read_tokens) AS cache_read_tokens,
  SUM(c.cache_write_5m_tokens + c.cache_write_1h_tokens) AS cache_write_tokens, SUM(c.total_tokens) AS tokens,
  SUM(c.cost_micros) AS cost_micros,
  TOTAL(CASE WHEN c.cost_basis = 'reported' THEN c.cost_micros END) AS reported_micros,
  TOTAL(CASE WHEN c.cost_basis = 'calculated' THEN c.cost_micros END) AS calculated_micros,
  TOTAL(CASE WHEN c.cost_basis = 'estimated' THEN c.cost_micros END) AS estimated_micros,
  SUM(c.cost_basis = 'unpriced') AS unpriced_calls, SUM(c.lower_bound IS NOT NULL) AS lower_bound_calls`;

/** The query that a report must agree with: it reads every call. */
function read(
  db: Database,
  by: CostKey,
  { since, until, dimension, atlas }: CostFilter,
): Map<string, Totals> {
  const only = atlas ? `${TERM.replaceAll('@', '?4')} = ?5` : '?4 IS ?5';
  const rows = db.all<Totals & { key: string | number }>(
    `SELECT ${KEYS[by] === 'quarter' ? `c.started_at / ${QUARTER_MS}` : KEYS[by]} AS key, ${TOTALS}
     FROM llm_calls c JOIN sessions s ON s.id = c.session_id
     WHERE c.started_at >= ?1 AND c.started_at < ?2 AND ?3 IS ?3 AND ${only} GROUP BY 1 ORDER BY 1`,
    since,
    until,
    dimension,
    atlas?.dimension,
    atlas?.term,
  );
  const names =
    KEYS[by] === 'quarter'
      ? periodNames(
          by as Period,
          rows.map(({ key }) => Number(key)),
        )
      : undefined;
  const sums = new Map<string, Totals>();
  for (const { key, ...row } of rows) {
    const name = names?.get(Number(key)) ?? String(key);
    const sum = sums.get(name);
    sums.set(
      name,
      sum
        ? Object.fromEntries(
            Object.entries(sum).map(([column, value]) => [
              column,
              value === null && row[column] === null ? null : (value ?? 0) + (row[column] ?? 0),
            ]),
          )
        : row,
    );
  }
  return sums;
}

function expectSame(db: Database, filter: CostFilter): void {
  for (const by of COST_KEYS) {
    const shown = costReport(db, by, filter).filter(({ calls }) => calls > 0);
    const rows = new Map(
      shown.map(({ key, title: _, tool_calls: __, ...row }: CostRow): [string, object] => [key, row]),
    );
    expect([by, rows]).toEqual([by, read(db, by, filter)]);
  }
  const unpriced = db.all(
    `SELECT model, COUNT(*) AS calls FROM llm_calls c WHERE cost_basis = 'unpriced' AND started_at >= ?1 AND started_at < ?2
       AND ${filter.atlas ? `${TERM.replaceAll('@', '?3')} = ?4` : '?3 IS ?4'}
     GROUP BY model ORDER BY SUM(total_tokens) DESC, model`,
    filter.since,
    filter.until,
    filter.atlas?.dimension,
    filter.atlas?.term,
  );
  expect(unpricedModels(db, filter)).toEqual(unpriced);
}

/** Changes one call. Each time, it is another realistic kind of change. */
function change(db: Database, random: Random): void {
  const call = db.get<{ id: string; session_id: string }>(
    'SELECT id, session_id FROM llm_calls LIMIT 1 OFFSET ?',
    random.int(0, Number(db.get('SELECT COUNT(*) AS n FROM llm_calls')?.n) - 1),
  );
  const sessions = db.all<{ id: string }>('SELECT id FROM sessions ORDER BY id');
  const other = random.pick(sessions).id;
  const set = (columns: string) => () => db.run(`UPDATE llm_calls SET ${columns} WHERE id = ?`, call?.id);
  const tagged = (entity: string, id: string | undefined, dimension: string) => () =>
    db.run(
      'INSERT INTO atlas_tags VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET term = excluded.term',
      entity,
      id,
      dimension,
      random.pick(['generate', 'verify', 'plan']),
    );
  random.pick([
    set(
      `output_tokens = output_tokens + ${random.int(1, 999)}, cache_write_5m_tokens = ${random.int(0, 99)}`,
    ),
    set(`cost_micros = ${random.int(1, 999)}, cost_basis = '${random.pick(['reported', 'estimated'])}'`),
    set("cost_micros = NULL, cost_basis = 'unpriced'"),
    set("lower_bound = 'a fee'"),
    set('issue_id = NULL'),
    set("model = 'another'"),
    set(`started_at = started_at + ${random.int(-3 * DAY, 3 * DAY)}`),
    set(`session_id = '${other}'`),
    tagged('llm_call', call?.id, 'ai_task.type'),
    tagged('llm_call', call?.id, 'touchpoint.type'),
    tagged('session', call?.session_id, 'touchpoint.type'),
    tagged('issue', String(db.get('SELECT id FROM issues LIMIT 1')?.id), 'ai_task.type'),
    () => db.run("DELETE FROM atlas_tags WHERE entity = 'llm_call' AND entity_id = ?", call?.id),
    () => db.run("UPDATE sessions SET git_branch = 'other' WHERE id = ?", call?.session_id),
    () => db.run('DELETE FROM llm_calls WHERE id = ?', call?.id),
    () => sessions.length > 4 && db.run('DELETE FROM sessions WHERE id = ?', call?.session_id),
    () =>
      db.run(
        `INSERT INTO llm_calls(id, session_id, model, started_at, input_tokens, cost_micros, cost_basis)
         VALUES (?, ?, 'late', ?, 5, 7, 'reported')`,
        `late-${random.next()}`,
        other,
        NOW - random.int(0, 40 * DAY),
      ),
  ])();
}

describe('a report equals the sums of the calls', () => {
  it.each(Array.from({ length: 6 }, (_, n) => n + 1))(
    'after any changes since the sums were stored: %i',
    (seed) => {
      const random = new Random(seed);
      const db = openLoom(fileFolder(), { durability: 'fast' });
      onTestFinished(() => db.close());
      seedLoom(db, random, { calls: 240, now: NOW });
      const atlas = (dimension: string, term: string) => ({ atlas: { dimension, term } });
      for (let round = 0; round < 6; round += 1) {
        const since = NOW - random.int(0, 45 * DAY);
        const part = { ...ALWAYS, since, until: since + random.int(1, 10 * DAY) };
        for (const filter of [
          ALWAYS,
          part,
          { ...part, until: since + random.int(1, QUARTER_MS) },
          { ...ALWAYS, ...atlas('ai_task.type', 'generate') },
          { ...part, ...atlas('touchpoint.type', 'plan') },
          { ...ALWAYS, dimension: 'nobody.says' },
          { ...part, dimension: 'nobody.says', ...atlas('nobody.else', 'plan') },
        ]) {
          expectSame(db, filter);
        }
        if (round % 2 === 1) {
          keepSums(db);
          expect(db.get('SELECT 1 FROM call_hour_versions WHERE kept IS NOT version')).toBeUndefined();
        }
        db.transaction(() => {
          for (let n = random.int(0, 12); n > 0; n -= 1) {
            change(db, random);
          }
        });
      }
    },
  );

  it.each(['Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Santiago', 'Pacific/Kiritimati'])(
    'in a time zone that is not off UTC by whole hours: %s',
    (zone) => {
      vi.stubEnv('TZ', zone);
      onTestFinished(() => void vi.unstubAllEnvs());
      const { db } = project();
      seedLoom(db, new Random(3), { calls: 200, now: NOW });
      expectSame(db, ALWAYS);
      keepSums(db);
      expectSame(db, ALWAYS);
      expectSame(db, { ...ALWAYS, atlas: { dimension: 'ai_task.type', term: 'generate' } });
    },
  );

  it('reads stored sums and not a million calls', () => {
    const { db } = project();
    seedLoom(db, new Random(3), { calls: 200, now: NOW });
    keepSums(db);
    const before = costReport(db, 'model', ALWAYS);
    // Without the trigger, the stored sums can't notice a change.
    db.exec('DROP TRIGGER llm_calls_changed; UPDATE llm_calls SET output_tokens = output_tokens + 1');
    expect(costReport(db, 'model', ALWAYS)).toEqual(before);
    db.run('UPDATE call_hour_versions SET version = version + 1');
    expect(costReport(db, 'model', ALWAYS)).not.toEqual(before);
  });
});

it('counts of tools follow every change of a tool call', () => {
  const { db } = project();
  const random = new Random(5);
  seedLoom(db, random, { calls: 120, now: NOW });
  const counted = () => db.all('SELECT hour, name, calls, errors FROM tool_hours ORDER BY 1, 2');
  const plainly = () =>
    db.all(
      `SELECT started_at / 3600000 AS hour, name, COUNT(*) AS calls, SUM(ok IS 0) AS errors FROM tool_calls
       GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  expect(counted()).toEqual(plainly());
  for (const change of [
    'UPDATE tool_calls SET ok = NULL WHERE rowid % 5 = 0',
    'UPDATE tool_calls SET ok = 0 WHERE rowid % 3 = 0',
    'UPDATE tool_calls SET ok = 1 WHERE ok IS NULL',
    "UPDATE tool_calls SET name = 'Task' WHERE rowid % 7 = 0",
    'UPDATE tool_calls SET started_at = started_at - 5000000, ok = 0 WHERE rowid % 4 = 0',
    'UPDATE tool_calls SET path = 1, duration_ms = 3',
    'DELETE FROM tool_calls WHERE rowid % 6 = 0',
    'DELETE FROM sessions WHERE rowid % 2 = 0',
  ]) {
    expect(db.run(change)).toBeGreaterThan(0);
    expect(counted()).toEqual(plainly());
  }
});
