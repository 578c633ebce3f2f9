import { stableId } from '../ids.js';
import type { CallRow, EntityReader, SpanEntity } from './entities.js';
import { forwardedSpan } from './forwarded.js';
import type { OtlpSpan } from './otlp.js';
import { OBSERVATION, type Place, SpanFrame, turnName } from './span-frame.js';

/** Creates the span of any record. */
export class SpanMaker {
  readonly #reader: EntityReader;
  readonly #frame: SpanFrame;
  readonly #project: string;

  constructor(reader: EntityReader, projectKey: string) {
    this.#reader = reader;
    this.#frame = new SpanFrame(projectKey);
    this.#project = projectKey;
  }

  /** Undefined if the row no longer exists. */
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
        return row && forwardedSpan(row, { project: this.#project, stableId });
      }
    }
  }

  /** The trace and observation ids of a routing decision. */
  routingIds(id: string): { traceId: string; spanId: string } | undefined {
    const routing = this.#reader.routing(id);
    return routing && { traceId: this.#routingTrace(routing), spanId: this.#frame.spanId('routing', id) };
  }

  #call(id: string): OtlpSpan | undefined {
    const call = this.#reader.call(id);
    const place = call && this.#place(call.session_id, call.iteration);
    if (!call || !place) {
      return undefined;
    }
    const exact = call.cost_basis === 'reported' || call.cost_basis === 'calculated';
    return this.#frame.span('llm_call', id, place, {
      name: call.model,
      type: 'generation',
      startMs: call.started_at,
      endMs: call.ended_at ?? call.started_at + (call.duration_ms ?? 0),
      error: call.error,
      attributes: {
        [`${OBSERVATION}.model.name`]: call.model,
        [`${OBSERVATION}.usage_details`]: JSON.stringify(usage(call)),
        // Without an exact price, Langfuse calculates the price instead of using our estimate.
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
        ...this.#reader.atlas('llm_call', id, { sessionId: call.session_id, issueId: call.issue_id }),
      },
    });
  }

  #tool(id: string): OtlpSpan | undefined {
    const tool = this.#reader.tool(id);
    const place = tool && this.#place(tool.session_id, tool.iteration);
    return (
      tool &&
      place &&
      this.#frame.span('tool_call', id, place, {
        name: tool.name,
        type: 'tool',
        startMs: tool.started_at,
        endMs: tool.started_at + (tool.duration_ms ?? 0),
        error: tool.ok === 0 ? (tool.error ?? 'failed') : null,
        metadata: {
          path: tool.path,
          ...this.#reader.atlas('tool_call', id, { sessionId: tool.session_id, issueId: tool.issue_id }),
        },
      })
    );
  }

  #iteration(id: string): OtlpSpan | undefined {
    const iteration = this.#reader.iteration(id);
    const session = iteration && this.#reader.session(iteration.session_id);
    if (!iteration || !session) {
      return undefined;
    }
    const span = this.#frame.span(
      'iteration',
      id,
      { session, iteration },
      {
        name: turnName(session, iteration),
        type: 'agent',
        startMs: iteration.started_at,
        endMs: iteration.ended_at ?? iteration.started_at,
        error: iteration.outcome === 'error' ? 'ended with an error' : null,
        metadata: {
          outcome: iteration.outcome,
          ...this.#reader.atlas('session', session.id, { sessionId: null, issueId: session.issue_id }),
        },
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
    const span = this.#frame.span(
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
          ...this.#reader.atlas('routing', id, { sessionId: routing.session_id, issueId: routing.issue_id }),
        },
      },
    );
    return { ...span, traceId: this.#routingTrace(routing) };
  }

  #routingTrace(routing: { id: string; session_id: string | null; at: number }): string {
    const session = routing.session_id ? this.#reader.session(routing.session_id) : undefined;
    return session
      ? this.#frame.traceId({ session, iteration: this.#reader.iterationAt(session.id, routing.at) })
      : stableId(`loom:${this.#project}:routing:${routing.id}`, 32);
  }

  #issueEvent(id: string): OtlpSpan | undefined {
    const event = this.#reader.issueEvent(id);
    const session = event && this.#reader.session(event.session_id);
    if (!event || !session) {
      return undefined;
    }
    const iteration = this.#reader.iterationAt(session.id, event.at);
    return this.#frame.span(
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
