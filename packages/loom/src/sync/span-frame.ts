import { stableId } from '../ids.js';
import type { Session } from '../sessions/session.js';
import type { IterationRow, SpanEntity } from './entities.js';
import { attributes, nanos, type OtlpSpan, prefixed } from './otlp.js';

/** An error may contain a complete output. This length is enough to distinguish errors. */
const MAX_ERROR_LENGTH = 500;

/** Langfuse's attribute names: packages/shared/src/server/otel/attributes.ts of its repository. */
export const OBSERVATION = 'langfuse.observation';

/** Position of a record in a project's work. */
export interface Place {
  readonly session: Session | undefined;
  readonly iteration: IterationRow | undefined;
}

/** A record's own fields. */
export interface SpanContent {
  readonly name: string;
  readonly type: 'generation' | 'tool' | 'agent' | 'event';
  readonly startMs: number;
  readonly endMs: number;
  readonly error: string | null;
  readonly attributes?: Record<string, string>;
  readonly metadata: Record<string, string | number | null>;
}

/**
 * Combines content and ids into a span. The ids depend only on the record, and not on time or place of
 * sending. The same record always gives the same span, so it can be looked up on the server.
 */
export class SpanFrame {
  readonly #project: string;

  constructor(projectKey: string) {
    this.#project = projectKey;
  }

  span(entity: SpanEntity, id: string, place: Place, of: SpanContent): OtlpSpan {
    const { session, iteration } = place;
    return {
      traceId: this.traceId(place),
      spanId: this.spanId(entity, id),
      ...(iteration ? { parentSpanId: this.spanId('iteration', iteration.id) } : {}),
      name: of.name,
      kind: 1,
      startTimeUnixNano: nanos(of.startMs),
      // If the clock was set back, the span must not have a negative duration.
      endTimeUnixNano: nanos(Math.max(of.startMs, of.endMs)),
      attributes: attributes({
        [`${OBSERVATION}.type`]: of.type,
        [`${OBSERVATION}.level`]: of.error === null ? null : 'ERROR',
        [`${OBSERVATION}.status_message`]: of.error?.slice(0, MAX_ERROR_LENGTH) ?? null,
        ...of.attributes,
        ...prefixed(`${OBSERVATION}.metadata.`, of.metadata),
        // Langfuse v4 has no separate traces: their fields are on every span.
        'session.id': session?.id ?? null,
        'langfuse.trace.name': session ? turnName(session, iteration) : of.name,
        'langfuse.trace.tags': tags(session),
        'langfuse.trace.metadata.issue_id': session?.issue_id ?? null,
        'langfuse.trace.metadata.branch': session?.git_branch ?? null,
        'langfuse.trace.metadata.project': this.#project,
      }),
      status: of.error === null ? { code: 0 } : { code: 2, message: of.error.slice(0, MAX_ERROR_LENGTH) },
    };
  }

  traceId({ session, iteration }: Place): string {
    return stableId(`loom:${this.#project}:${iteration?.id ?? `session:${session?.id}`}`, 32);
  }

  spanId(entity: SpanEntity, id: string): string {
    return stableId(`loom:${this.#project}:${entity}:${id}`, 16);
  }
}

export function turnName(session: Session, iteration: IterationRow | undefined): string {
  return iteration ? `${session.agent}: turn ${iteration.n}` : session.agent;
}

function tags(session: Session | undefined): string[] | null {
  if (!session) {
    return null;
  }
  return [`agent:${session.agent}`, ...(session.issue_id ? [`issue:${session.issue_id}`] : [])];
}
