import type { TaggedEntity } from '../atlas.js';
import type { ObservationRow, ScoreRow } from '../receiver/sqlite/rows.js';
import { issueAt } from '../sessions/issue-at.js';
import type { Session } from '../sessions/session.js';
import { findSession } from '../sessions/store.js';
import type { Database } from '../store/database.js';

/** A row of the outbox. A span must not be sent twice. A score overwrites itself by id. */
export type SpanEntity = 'llm_call' | 'tool_call' | 'iteration' | 'routing' | 'issue_event' | 'observation';
export type ScoreEntity = 'routing_score' | 'session' | 'trace_score';
export type Entity = SpanEntity | ScoreEntity;

export interface CallRow {
  readonly id: string;
  readonly session_id: string;
  readonly iteration: number | null;
  readonly issue_id: string | null;
  readonly agent_id: string | null;
  readonly provider: string | null;
  readonly model: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly duration_ms: number | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly cost_micros: number | null;
  readonly cost_basis: string;
  readonly service_tier: string | null;
  readonly source: string;
  /** Null without an error. */
  readonly error: string | null;
}

export interface ToolRow {
  readonly id: string;
  readonly session_id: string;
  readonly iteration: number | null;
  readonly name: string;
  readonly started_at: number;
  readonly duration_ms: number | null;
  readonly ok: number | null;
  readonly error: string | null;
  readonly path: string | null;
  /** The session's issue at that time. */
  readonly issue_id: string | null;
}

export interface IterationRow {
  readonly id: string;
  readonly session_id: string;
  readonly n: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
}

export interface RoutingRow {
  readonly id: string;
  readonly session_id: string | null;
  readonly issue_id: string | null;
  readonly at: number;
  readonly strategy: string;
  readonly chosen_agent: string | null;
  readonly chosen_model: string;
  readonly confidence: number;
  readonly reason: string | null;
  readonly alternatives: string;
  readonly estimated_cost_micros: number | null;
  readonly success: number | null;
  readonly notes: string | null;
}

export interface IssueEventRow {
  readonly id: string;
  readonly issue_id: string;
  readonly session_id: string;
  readonly actor: string | null;
  readonly from_status: string | null;
  readonly to_status: string;
  readonly at: number;
}

/** Sources of an entity's Atlas terms, after its own: first the session's, then the issue's. */
export interface TermSources {
  readonly sessionId: string | null;
  readonly issueId: string | null;
}

type Terms = Readonly<Record<string, string>>;

/** Reads the rows of a batch. Rows that several of them share are read once. */
export class EntityReader {
  readonly #db: Database;
  readonly #sessions = new Map<string, Session | undefined>();
  readonly #iterations = new Map<string, IterationRow | undefined>();
  readonly #terms = new Map<string, Terms>();

  constructor(db: Database) {
    this.#db = db;
  }

  session(id: string): Session | undefined {
    return once(this.#sessions, id, () => findSession(this.#db, id));
  }

  call(id: string): CallRow | undefined {
    return this.#db.get<CallRow>('SELECT * FROM llm_calls WHERE id = ?', id);
  }

  tool(id: string): ToolRow | undefined {
    return this.#db.get<ToolRow>(
      `SELECT t.*, ${issueAt('t.session_id', 't.started_at')} AS issue_id FROM tool_calls t WHERE t.id = ?`,
      id,
    );
  }

  iteration(id: string): IterationRow | undefined {
    return this.#db.get<IterationRow>('SELECT * FROM iterations WHERE id = ?', id);
  }

  iterationByNumber(sessionId: string, n: number): IterationRow | undefined {
    return once(this.#iterations, `${sessionId}/${n}`, () =>
      this.#db.get<IterationRow>('SELECT * FROM iterations WHERE session_id = ? AND n = ?', sessionId, n),
    );
  }

  /** The iteration at a moment: the last one that started before it. */
  iterationAt(sessionId: string, at: number): IterationRow | undefined {
    return this.#db.get<IterationRow>(
      'SELECT * FROM iterations WHERE session_id = ? AND started_at <= ? ORDER BY n DESC LIMIT 1',
      sessionId,
      at,
    );
  }

  routing(id: string): RoutingRow | undefined {
    return this.#db.get<RoutingRow>('SELECT * FROM routing_decisions WHERE id = ?', id);
  }

  /** An observation from the receiver, by its `seq`. */
  observation(id: string): ObservationRow | undefined {
    return this.#db.get<ObservationRow>('SELECT * FROM observations WHERE seq = ?', Number(id));
  }

  receivedScore(id: string): ScoreRow | undefined {
    return this.#db.get<ScoreRow>('SELECT * FROM scores WHERE id = ?', id);
  }

  issueEvent(id: string): IssueEventRow | undefined {
    return this.#db.get<IssueEventRow>(
      'SELECT * FROM issue_events WHERE id = ? AND session_id IS NOT NULL',
      id,
    );
  }

  /** Atlas terms of an entity. For a dimension without a term, the session's term is used, or the issue's. */
  atlas(entity: TaggedEntity, id: string, { sessionId, issueId }: TermSources): Terms {
    return {
      ...(issueId === null ? {} : this.#sharedTerms('issue', issueId)),
      ...(sessionId === null ? {} : this.#sharedTerms('session', sessionId)),
      ...this.#ownTerms(entity, id),
    };
  }

  #sharedTerms(entity: 'session' | 'issue', id: string): Terms {
    return once(this.#terms, `${entity}:${id}`, () => this.#ownTerms(entity, id));
  }

  #ownTerms(entity: TaggedEntity, id: string): Terms {
    return Object.fromEntries(
      this.#db
        .all<{ dimension: string; term: string }>(
          'SELECT dimension, term FROM atlas_tags WHERE entity = ? AND entity_id = ?',
          entity,
          id,
        )
        .map(({ dimension, term }) => [dimension, term]),
    );
  }

  sessionTotals(id: string): SessionTotals | undefined {
    return this.#db.get<SessionTotals>(
      `SELECT c.cost_micros, c.unpriced_calls, c.iterations, c.files_modified, b.limit_micros
       FROM session_costs c
       LEFT JOIN budgets b ON b.scope = 'session' AND b.scope_id = c.id
       WHERE c.id = ?`,
      id,
    );
  }
}

export interface SessionTotals {
  readonly cost_micros: number | null;
  readonly unpriced_calls: number;
  readonly iterations: number;
  readonly files_modified: number;
  readonly limit_micros: number | null;
}

function once<T>(known: Map<string, T>, key: string, read: () => T): T {
  if (!known.has(key)) {
    known.set(key, read());
  }
  return known.get(key) as T;
}
