import { countOrZero, isRecord, recordsIn, textOrNull } from '../json-values.js';
import { dollarsOrNull } from '../money.js';
import { readAttributes } from '../receiver/attributes.js';
import { unusual } from './tiers.js';

/** One API request from Claude Code's OpenTelemetry event `claude_code.api_request`. */
export interface AgentRequest {
  /** The agent's own id of the session. */
  readonly sessionId: string;
  /** Number of the event in its session; with the session it is an id. */
  readonly sequence: string;
  /** End of the request, Unix ms. */
  readonly at: number;
  readonly model: string;
  /** List price in US dollars, from the agent's own table. */
  readonly dollars: number | null;
  readonly durationMs: number | null;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** The speed, if it is not the default. */
  readonly speed: string | null;
  /** The provider's id of the request. The transcript's row has it too. Missing in older versions. */
  readonly requestId: string | null;
  /** The subagent that sent the request: its name or kind. */
  readonly agentId: string | null;
}

/**
 * The API requests in an OTLP/JSON logs export (opentelemetry-proto, logs.proto). Ignores all other events.
 */
export function readAgentRequests(body: unknown): AgentRequest[] {
  return recordsOf(body).flatMap((record) => readRequest(record));
}

/** A response in Codex's event `codex.sse_event` of the kind `response.completed`. */
export interface CodexAnswer {
  readonly sessionId: string;
  readonly model: string;
  /** Includes cache reads. */
  readonly input: number;
  /** Includes reasoning. */
  readonly output: number;
}

/**
 * The responses in Codex's events. An event has no response id, so it can't be matched with the transcript.
 * It is shown but not counted.
 */
export function readCodexAnswers(body: unknown): CodexAnswer[] {
  return recordsOf(body).flatMap((record) => {
    const attributes = readAttributes(record.attributes);
    const sessionId = textOrNull(attributes['conversation.id']);
    return attributes['event.name'] === 'codex.sse_event' &&
      attributes['event.kind'] === 'response.completed' &&
      attributes.input_token_count !== undefined &&
      sessionId !== null
      ? [
          {
            sessionId,
            model: textOrNull(attributes.model) ?? 'unknown model',
            input: count(attributes.input_token_count),
            output: count(attributes.output_token_count),
          },
        ]
      : [];
  });
}

function recordsOf(body: unknown): Record<string, unknown>[] {
  return recordsIn(body, 'resourceLogs')
    .flatMap((resource) => recordsIn(resource, 'scopeLogs'))
    .flatMap((scope) => recordsIn(scope, 'logRecords'));
}

function readRequest(record: Record<string, unknown>): AgentRequest[] {
  const attributes = readAttributes(record.attributes);
  const body = isRecord(record.body) ? record.body.stringValue : undefined;
  const name = String(attributes['event.name'] ?? record.eventName ?? body ?? '').replace(
    /^claude_code\./,
    '',
  );
  const sessionId = attributes['session.id'];
  const at = timeOf(record, attributes);
  if (
    name !== 'api_request' ||
    typeof sessionId !== 'string' ||
    typeof attributes.model !== 'string' ||
    at === null
  ) {
    return [];
  }
  const duration = Number(attributes.duration_ms ?? Number.NaN);
  return [
    {
      sessionId,
      sequence: String(attributes['event.sequence'] ?? at),
      at,
      model: attributes.model,
      dollars: dollarsOrNull(Number(attributes.cost_usd ?? Number.NaN)),
      durationMs: Number.isFinite(duration) && duration >= 0 ? Math.round(duration) : null,
      input: count(attributes.input_tokens),
      output: count(attributes.output_tokens),
      cacheRead: count(attributes.cache_read_tokens),
      cacheWrite: count(attributes.cache_creation_tokens),
      speed: unusual(attributes.speed),
      requestId: textOrNull(attributes.request_id),
      agentId: agentOf(attributes),
    },
  ];
}

/** `agent.name`, or the last part of a `query_source` such as `agent:builtin:Explore`. */
function agentOf(attributes: Record<string, unknown>): string | null {
  const source = textOrNull(attributes.query_source);
  return (
    textOrNull(attributes['agent.name']) ??
    (source?.startsWith('agent:') ? (source.split(':').pop() ?? source) : null)
  );
}

function timeOf(record: Record<string, unknown>, attributes: Record<string, unknown>): number | null {
  const nanos = record.timeUnixNano ?? record.observedTimeUnixNano;
  if (typeof nanos === 'string' && /^[1-9]\d*$/.test(nanos)) {
    return Number(BigInt(nanos) / 1_000_000n);
  }
  const stamp = Date.parse(String(attributes['event.timestamp'] ?? ''));
  return Number.isNaN(stamp) ? null : stamp;
}

/** Depending on the exporter's version, numbers are numbers or text. */
function count(value: unknown): number {
  return countOrZero(Number(value ?? 0));
}
