import { ATLAS_DIMENSION } from '../../atlas.js';
import { NO_TERM } from '../../cost/terms.js';
import { issueAt } from '../../sessions/attribution.js';
import type { Database, Param } from '../../store/database.js';
import { ViewError } from './view.js';

/** Conditions on `traces t` and what they bind: the SQL is made of fixed pieces, values only ever bound. */
export interface TraceCondition {
  readonly sql: string;
  readonly params: readonly Param[];
}

/** Inputs and outputs are searched in this many of the traces that the rest of the filter leaves, newest first. */
const BODIES_SEARCHED = 2000;
const MAX_WORDS = 8;

const US = 1000;

/** The issue that a trace's session worked on at that moment, as calls are attributed. */
const ISSUE_OF_TRACE = issueAt('t.loom_session_id', 't.started_us / 1000');

const HEAD = `(t.name || ' ' || t.id || ' ' || COALESCE(t.session_id, '') || ' ' || COALESCE(t.user_id, '') || ' ' ||
  COALESCE(t.status_message, ''))`;

/** One entry for each parameter of the contract's TraceFilter that a condition comes from. */
const CONDITIONS: Readonly<Record<string, (value: string) => TraceCondition>> = {
  tool: (value) => ({ sql: 't.tool = ?', params: [value] }),
  server: (value) => ({ sql: 't.server = ?', params: [value] }),
  status: (value) => {
    if (value !== 'ok' && value !== 'error') {
      throw new ViewError(400, 'status must be ok or error.');
    }
    return { sql: value === 'error' ? 't.errors > 0' : 't.errors = 0', params: [] };
  },
  session: (value) => ({
    sql: '(t.session_id = ? OR t.loom_session_id = ?)',
    params: [value, value],
  }),
  issue: (value) => ({ sql: `t.loom_session_id IS NOT NULL AND ${ISSUE_OF_TRACE} = ?`, params: [value] }),
  atlas: (value) => {
    const [, dimension = '', term] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
    if (!ATLAS_DIMENSION.test(dimension) || !term) {
      throw new ViewError(400, 'atlas must be a dimension and its term, such as ai_task.type=generate.');
    }
    const tagged = 'EXISTS (SELECT 1 FROM trace_atlas a WHERE a.trace_seq = t.seq AND a.dimension = ?';
    return term === NO_TERM
      ? { sql: `NOT ${tagged})`, params: [dimension] }
      : { sql: `${tagged} AND a.term = ?)`, params: [dimension, term] };
  },
  from: (value) => ({ sql: 't.started_us >= ?', params: [finite('from', value) * US] }),
  to: (value) => ({ sql: 't.started_us < ?', params: [finite('to', value) * US] }),
  minMs: (value) => ({ sql: 't.duration_us >= ?', params: [finite('minMs', value) * US] }),
  environment: (value) => ({ sql: 't.environment = ?', params: [value] }),
};

/** All that the query asks for, but the words. */
export function filterOf(query: URLSearchParams): TraceCondition {
  const conditions = Object.entries(CONDITIONS).flatMap(([name, make]) => {
    const value = query.get(name);
    return value ? [make(value)] : [];
  });
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND ') || '1',
    params: conditions.flatMap(({ params }) => params),
  };
}

/**
 * Adds the words of `q`: all of them in what names the trace (name, id, session, user, status), or all in one
 * observation's input and output. The bodies are read first, and of the newest traces only: they are most of the file.
 */
export function withWords(db: Database, filter: TraceCondition, q: string | null): TraceCondition {
  const patterns = [...new Set((q ?? '').trim().split(/\s+/))]
    .filter(Boolean)
    .slice(0, MAX_WORDS)
    .map(pattern);
  if (patterns.length === 0) {
    return filter;
  }
  const like = (text: string) => patterns.map(() => `${text} LIKE ? ESCAPE '\\'`).join(' AND ');
  const inBodies = db.all<{ trace_id: string }>(
    `SELECT DISTINCT o.trace_id FROM (
       SELECT t.id FROM traces t WHERE ${filter.sql} ORDER BY t.started_us DESC LIMIT ${BODIES_SEARCHED}) recent
     JOIN observations o ON o.trace_id = recent.id
     WHERE ${like(`(COALESCE(o.input, '') || ' ' || COALESCE(o.output, ''))`)}`,
    ...filter.params,
    ...patterns,
  );
  return {
    sql: `${filter.sql} AND (${like(HEAD)} OR t.id IN (SELECT value FROM json_each(?)))`,
    params: [...filter.params, ...patterns, JSON.stringify(inBodies.map((row) => row.trace_id))],
  };
}

function pattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}

function finite(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) {
    throw new ViewError(400, `${name} must be a number.`);
  }
  return value;
}
