import { stableId } from '../ids.js';
import type { CallRow, EntityReader, IterationRow, SessionRow, SpanEntity } from './entities.js';
import { forwardedSpan } from './forwarded.js';
import { attributes, nanos, type OtlpSpan, prefixed } from './otlp.js';

/** Errors may hold whole outputs; this much is enough to tell them apart. */
const MAX_ERROR_LENGTH = 500;

/** Langfuse's attribute names: packages/shared/src/server/otel/attributes.ts of its repository. */
const OBSERVATION = 'langfuse.observation';

interface Place {
  readonly session: SessionRow | undefined;
  readonly iteration: IterationRow | undefined;
}

/**
 * Ids and start times come from what the row is, never from when or where it is sent: the same row always
 * makes the same span, so that a look at the server can tell whether it has arrived.
 */
export class SpanMaker {
  readonly #reader: EntityReader;
  readonly #project: string;

  constructor(reader: EntityReader, projectKey: string) {
    this.#reader = reader;
    this.#project = projectKey;
  }

  /** Undefined when the row is gone. */
  make(entity: SpanEntity, id: string): OtlpSpan | undefined {
    switch (entity) {
      case 'llm_call':
        return this.#call(id);
      case 'tool_call':
        return this.#tool(id);
      case 'iteration':
        return this.#iteration(id);
      case 'routing':
        return this.#routing(id);
      case 'issue_event':
        return this.#issueEvent(id);
      case 'observation': {
        const row = this.#reader.observation(id);
        return row && forwardedSpan(row, this.#project);
      }
    }
  }

  /** The trace and observation a routing decision was sent as. */
  routingIds(id: string): { traceId: string; spanId: string } | undefined {
    const routing = this.#reader.routing(id);
    return routing && { traceId: this.#routingTrace(routing), spanId: this.#spanId('routing', id) };
  }

  #call(id: string): OtlpSpan | undefined {
    const call = this.#reader.call(id);
    const place = call && this.#place(call.session_id, call.iteration);
    if (!call || !place) {
      return undefined;
    }
    const exact = call.cost_basis === 'reported' || call.cost_basis === 'calculated';
    return this.#span('llm_call', id, place, {
      name: call.model,
      type: 'generation',
      startMs: call.started_at,
      endMs: call.ended_at ?? call.started_at + (call.duration_ms ?? 0),
      error: call.status === 'ok' ? null : (call.error ?? call.status),
      attributes: {
        [`${OBSERVATION}.model.name`]: call.model,
        [`${OBSERVATION}.usage_details`]: JSON.stringify(usage(call)),
        // Without an exact price Langfuse prices the call itself, rather than believe a guess of ours.
        ...(exact && call.cost_micros !== null
          ? { [`${OBSERVATION}.cost_details`]: JSON.stringify({ total: call.cost_micros / 1e6 }) }
          : {}),
        ...(call.service_tier
          ? { [`${OBSERVATION}.model.parameters`]: JSON.stringify({ service_tier: call.service_tier }) }
          : {}),
      },
      metadata: {
        cost_basis: call.cost_basis,
        source: call.source,
        agent_id: call.agent_id,
        issue_id: call.issue_id,
        ...this.#reader.atlas('llm_call', id, call.session_id),
      },
    });
  }

  #tool(id: string): OtlpSpan | undefined {
    const tool = this.#reader.tool(id);
    const place = tool && this.#place(tool.session_id, tool.iteration);
    return (
      tool &&
      place &&
      this.#span('tool_call', id, place, {
        name: tool.name,
        type: 'tool',
        startMs: tool.started_at,
        endMs: tool.started_at + (tool.duration_ms ?? 0),
        error: tool.ok === 0 ? (tool.error ?? 'failed') : null,
        metadata: { path: tool.path, ...this.#reader.atlas('tool_call', id, tool.session_id) },
      })
    );
  }

  #iteration(id: string): OtlpSpan | undefined {
    const iteration = this.#reader.iteration(id);
    const session = iteration && this.#reader.session(iteration.session_id);
    if (!iteration || !session) {
      return undefined;
    }
    const span = this.#span(
      'iteration',
      id,
      { session, iteration },
      {
        name: turnName(session, iteration),
        type: 'agent',
        startMs: iteration.started_at,
        endMs: iteration.ended_at ?? iteration.started_at,
        error: iteration.outcome === 'error' ? 'ended with an error' : null,
        metadata: { outcome: iteration.outcome, ...this.#reader.atlas('session', session.id, null) },
      },
    );
    const { parentSpanId: _, ...root } = span;
    return root;
  }

  #routing(id: string): OtlpSpan | undefined {
    const routing = this.#reader.routing(id);
    if (!routing) {
      return undefined;
    }
    const session = routing.session_id ? this.#reader.session(routing.session_id) : undefined;
    const iteration = session && this.#reader.iterationAt(session.id, routing.at);
    const span = this.#span(
      'routing',
      id,
      { session, iteration },
      {
        name: 'routing',
        type: 'event',
        startMs: routing.at,
        endMs: routing.at,
        error: null,
        metadata: {
          strategy: routing.strategy,
          model: routing.chosen_model,
          agent: routing.chosen_agent,
          confidence: routing.confidence,
          reason: routing.reason,
          issue_id: routing.issue_id,
          estimated_cost_usd:
            routing.estimated_cost_micros === null ? null : routing.estimated_cost_micros / 1e6,
          ...this.#reader.atlas('routing', id, routing.session_id),
        },
      },
    );
    return { ...span, traceId: this.#routingTrace(routing) };
  }

  #routingTrace(routing: { id: string; session_id: string | null; at: number }): string {
    const session = routing.session_id ? this.#reader.session(routing.session_id) : undefined;
    return session
      ? this.#traceId({ session, iteration: this.#reader.iterationAt(session.id, routing.at) })
      : stableId(`loom:${this.#project}:routing:${routing.id}`, 32);
  }

  #issueEvent(id: string): OtlpSpan | undefined {
    const event = this.#reader.issueEvent(id);
    const session = event && this.#reader.session(event.session_id);
    if (!event || !session) {
      return undefined;
    }
    const iteration = this.#reader.iterationAt(session.id, event.at);
    return this.#span(
      'issue_event',
      id,
      { session, iteration },
      {
        name: `issue ${event.to_status}`,
        type: 'event',
        startMs: event.at,
        endMs: event.at,
        error: null,
        metadata: {
          issue_id: event.issue_id,
          from: event.from_status,
          to: event.to_status,
          actor: event.actor,
        },
      },
    );
  }

  #place(sessionId: string, n: number | null): Place | undefined {
    const session = this.#reader.session(sessionId);
    return (
      session && {
        session,
        iteration: n === null ? undefined : this.#reader.iterationByNumber(sessionId, n),
      }
    );
  }

  #span(entity: SpanEntity, id: string, place: Place, of: SpanContent): OtlpSpan {
    const { session, iteration } = place;
    return {
      traceId: this.#traceId(place),
      spanId: this.#spanId(entity, id),
      ...(iteration ? { parentSpanId: this.#spanId('iteration', iteration.id) } : {}),
      name: of.name,
      kind: 1,
      startTimeUnixNano: nanos(of.startMs),
      // A clock that was set back must not make a span of negative length.
      endTimeUnixNano: nanos(Math.max(of.startMs, of.endMs)),
      attributes: attributes({
        [`${OBSERVATION}.type`]: of.type,
        [`${OBSERVATION}.level`]: of.error === null ? null : 'ERROR',
        [`${OBSERVATION}.status_message`]: of.error?.slice(0, MAX_ERROR_LENGTH) ?? null,
        ...of.attributes,
        ...prefixed(`${OBSERVATION}.metadata.`, of.metadata),
        // Langfuse v4 keeps no trace of its own: what belongs to it stands on every span.
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

  #traceId({ session, iteration }: Place): string {
    return stableId(`loom:${this.#project}:${iteration?.id ?? `session:${session?.id}`}`, 32);
  }

  #spanId(entity: SpanEntity, id: string): string {
    return stableId(`loom:${this.#project}:${entity}:${id}`, 16);
  }
}

interface SpanContent {
  readonly name: string;
  readonly type: 'generation' | 'tool' | 'agent' | 'event';
  readonly startMs: number;
  readonly endMs: number;
  readonly error: string | null;
  readonly attributes?: Record<string, string>;
  readonly metadata: Record<string, string | number | null>;
}

function usage(call: CallRow): Record<string, number> {
  const counts: Record<string, number> = { input: call.input_tokens, output: call.output_tokens };
  const extra = {
    cache_read_input_tokens: call.cache_read_tokens,
    input_cache_creation_5m: call.cache_write_5m_tokens,
    input_cache_creation_1h: call.cache_write_1h_tokens,
  };
  for (const [kind, count] of Object.entries(extra)) {
    if (count > 0) {
      counts[kind] = count;
    }
  }
  return counts;
}

function turnName(session: SessionRow, iteration: IterationRow | undefined): string {
  return iteration ? `${session.agent}: turn ${iteration.n}` : session.agent;
}

function tags(session: SessionRow | undefined): string[] | null {
  if (!session) {
    return null;
  }
  return [`agent:${session.agent}`, ...(session.issue_id ? [`issue:${session.issue_id}`] : [])];
}
