import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pricer } from '../prices/pricer.js';
import type { Database } from '../store/database.js';
import { openLoom } from '../store/open.js';
import { SYNC } from '../sync/queues.js';
import { EVERYWHERE, foldersOf } from './belonging.js';
import { ingest } from './run.js';
import type { TranscriptFile } from './sources.js';

/** Kinds of tokens to compare. */
const KINDS = [
  'input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
] as const;
type Kind = (typeof KINDS)[number];

export interface AuditRow {
  /** The agent's own id of the session. */
  readonly session: string;
  readonly model: string;
  readonly calls: { readonly transcripts: number; readonly recorded: number };
  /** Only the kinds that differ. */
  readonly tokens: Readonly<
    Partial<Record<Kind, { readonly transcripts: number; readonly recorded: number }>>
  >;
  readonly cost_micros: { readonly transcripts: number | null; readonly recorded: number | null };
  /** Why they differ; null if unexplained. */
  readonly reason: string | null;
}

export interface Audit {
  /** Number of compared sessions and models. */
  readonly compared: number;
  readonly calls: number;
  readonly differences: readonly AuditRow[];
  /** Calls whose true cost may be higher, by reason. */
  readonly lowerBounds: readonly { readonly reason: string; readonly calls: number }[];
  /** Calls that changed after they were sent to Langfuse, which can't be updated there. */
  readonly changedAfterSent: number;
}

interface Sum extends Record<Kind, number> {
  readonly session: string;
  readonly model: string;
  readonly calls: number;
  readonly cost_micros: number | null;
  readonly events: number;
  readonly results: number;
  readonly imported: number;
}

/**
 * Reads all transcripts into an empty Loom, and compares the sums of each session and model with the recorded
 * ones. A difference is explained by the witness that caused it: an event of the agent, a result, or a
 * transcript that was deleted or cut.
 */
export function audit(
  db: Database,
  options: {
    loomDir: string;
    files: readonly TranscriptFile[];
    pricer: Pricer;
    now: number;
    allProjects?: boolean;
  },
): Audit {
  const dir = mkdtempSync(join(tmpdir(), 'loom-audit-'));
  try {
    const fresh = openLoom(dir, { durability: 'fast' });
    try {
      const folders = options.allProjects ? EVERYWHERE : foldersOf(db, options.loomDir);
      ingest(fresh, { ...options, folders });
      return compare(fresh, db, unread(db, options.files));
    } finally {
      fresh.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Transcripts that are not completely read yet, and those that became shorter. */
function unread(db: Database, files: readonly TranscriptFile[]): Files {
  const [behind, cut]: [string[], string[]] = [[], []];
  for (const { path } of files) {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const cursor = db.get<{ size: number; offset: number }>(
      'SELECT size, offset FROM ingest_cursors WHERE path = ?',
      path,
    );
    if (cursor && size < cursor.offset && !path.endsWith('.zst')) {
      cut.push(path);
    } else if (cursor?.size !== size) {
      behind.push(path);
    }
  }
  const read = db.all<{ path: string }>('SELECT path FROM ingest_cursors').map(({ path }) => path);
  return { behind, cut: [...cut, ...read.filter((path) => !existsSync(path))] };
}

interface Files {
  readonly behind: readonly string[];
  readonly cut: readonly string[];
}

function compare(fresh: Database, db: Database, files: Files): Audit {
  // If several sessions repeat a call, it may be stored in another one. Then it is compared there.
  const homes = homesOf(db);
  const [told, recorded] = [sumsOf(fresh, homes), sumsOf(db, homes)];
  const keys = [...new Set([...told.keys(), ...recorded.keys()])].sort();
  const differences = keys.flatMap((key): AuditRow[] => {
    const row = differenceOf(told.get(key), recorded.get(key), told, files);
    return row ? [row] : [];
  });
  return {
    compared: keys.length,
    calls: [...recorded.values()].reduce((sum, { calls }) => sum + calls, 0),
    differences,
    lowerBounds: db.all(
      `SELECT lower_bound AS reason, COUNT(*) AS calls FROM llm_calls WHERE lower_bound IS NOT NULL
       GROUP BY 1 ORDER BY 2 DESC`,
    ),
    changedAfterSent:
      db.get<{ n: number }>('SELECT COUNT(*) AS n FROM llm_calls WHERE sent_tokens IS NOT NULL')?.n ?? 0,
  };
}

/** The agent's session id of each call. */
function homesOf(db: Database): Map<string, string> {
  const rows = db.all<{ id: string; session: string }>(
    `SELECT c.id, s.source_session_id AS session FROM llm_calls c JOIN sessions s ON s.id = c.session_id
     WHERE s.source_session_id IS NOT NULL`,
  );
  return new Map(rows.map(({ id, session }) => [id, session]));
}

type CallRow = Record<Kind, number> & {
  readonly id: string;
  readonly session: string;
  readonly model: string;
  readonly source: string;
  readonly cost_micros: number | null;
};

/** By session and model. The agent's id names the session, because it is the same in both databases. */
function sumsOf(db: Database, homes: ReadonlyMap<string, string>): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  const rows = db.all<CallRow>(
    `SELECT c.id, s.source_session_id AS session, c.model, c.source, c.cost_micros, ${KINDS.map((kind) => `c.${kind}`).join(', ')}
     FROM llm_calls c JOIN sessions s ON s.id = c.session_id
     WHERE s.source_session_id IS NOT NULL AND c.sync <> ${SYNC.notOurs}`,
  );
  for (const row of rows) {
    const session = homes.get(row.id) ?? row.session;
    const key = `${session}\n${row.model}`;
    sums.set(key, plus(sums.get(key) ?? nothing(session, row.model), row));
  }
  return sums;
}

function nothing(session: string, model: string): Sum {
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  return { ...kinds, session, model, calls: 0, cost_micros: null, events: 0, results: 0, imported: 0 };
}

function plus(sum: Sum, row: CallRow): Sum {
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, sum[kind] + row[kind]])) as Record<
    Kind,
    number
  >;
  const known = ['transcript', 'otel', 'sdk'].includes(row.source);
  return {
    ...sum,
    ...kinds,
    calls: sum.calls + 1,
    cost_micros: row.cost_micros === null ? sum.cost_micros : (sum.cost_micros ?? 0) + row.cost_micros,
    events: sum.events + Number(row.source === 'otel'),
    results: sum.results + Number(row.source === 'sdk'),
    imported: sum.imported + Number(!known),
  };
}

function differenceOf(
  told: Sum | undefined,
  recorded: Sum | undefined,
  allTold: ReadonlyMap<string, Sum>,
  files: Files,
): AuditRow | undefined {
  const one = told ?? recorded;
  if (!one) {
    return undefined;
  }
  const tokens: Partial<Record<Kind, { transcripts: number; recorded: number }>> = {};
  for (const kind of KINDS) {
    const [a, b] = [told?.[kind] ?? 0, recorded?.[kind] ?? 0];
    if (a !== b) {
      tokens[kind] = { transcripts: a, recorded: b };
    }
  }
  const calls = { transcripts: told?.calls ?? 0, recorded: recorded?.calls ?? 0 };
  const cost_micros = { transcripts: told?.cost_micros ?? null, recorded: recorded?.cost_micros ?? null };
  const same = Object.keys(tokens).length === 0 && calls.transcripts === calls.recorded;
  if (same && cost_micros.transcripts === cost_micros.recorded) {
    return undefined;
  }
  const reason = same ? 'prices have changed since it was priced' : reasonOf(told, recorded, allTold, files);
  return { session: one.session, model: one.model, calls, tokens, cost_micros, reason };
}

function reasonOf(
  told: Sum | undefined,
  recorded: Sum | undefined,
  allTold: ReadonlyMap<string, Sum>,
  files: Files,
): string | null {
  const session = (told ?? recorded)?.session ?? '';
  const isOf = (path: string) => path.includes(session);
  if (recorded && recorded.events > 0) {
    return `${recorded.events} of its calls have the agent's telemetry, which counts for tokens and dollars`;
  }
  if (recorded && recorded.results > 0) {
    return `${recorded.results} of its calls come from results whose calls are missing in the transcript`;
  }
  if (recorded && recorded.imported > 0) {
    return `${recorded.imported} of its calls were imported`;
  }
  if (files.behind.some(isOf)) {
    return 'not all of its transcript has been read yet; `lm ingest` reads it';
  }
  if (recorded && (files.cut.some(isOf) || !hasSession(allTold, session))) {
    return 'its transcript was deleted, cut, or belongs to another folder; its recorded data is kept';
  }
  return null;
}

function hasSession(sums: ReadonlyMap<string, Sum>, session: string): boolean {
  return [...sums.values()].some((sum) => sum.session === session);
}
