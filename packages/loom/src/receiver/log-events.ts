import { isRecord, recordsIn } from '../json-values.js';
import { nameOrUndefined, readAttributes, readValue } from './attributes.js';
import { clampTime } from './limits.js';
import type { ArrivedEvent } from './trace.js';
import { isId, isNanos } from './validate.js';

/** Model messages in an export of logs. */
export interface LogEvents {
  readonly events: readonly ArrivedEvent[];
  /** Number of events without a span id, which can't be stored. */
  readonly loose: number;
}

/**
 * GenAI events that arrive as log records, as in the conventions since 1.28: one for each message, or one for
 * the whole request.
 */
export function readLogEvents(body: unknown): LogEvents {
  const events: ArrivedEvent[] = [];
  let loose = 0;
  for (const resource of recordsIn(body, 'resourceLogs')) {
    for (const scope of recordsIn(resource, 'scopeLogs')) {
      for (const record of recordsIn(scope, 'logRecords')) {
        const event = readEvent(record);
        if (event === 'loose') {
          loose += 1;
        } else if (event) {
          events.push(event);
        }
      }
    }
  }
  return { events, loose };
}

function readEvent(record: Record<string, unknown>): ArrivedEvent | 'loose' | undefined {
  const { 'event.name': older, ...attributes } = readAttributes(record.attributes);
  const name = nameOrUndefined(record.eventName) ?? nameOrUndefined(older);
  if (!name?.startsWith('gen_ai.')) {
    return undefined;
  }
  const { traceId, spanId } = record;
  if (!isId(traceId, 32) || !isId(spanId, 16)) {
    return 'loose';
  }
  const content = isRecord(record.body) ? readValue(record.body) : null;
  return {
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    event: {
      name,
      atMs: timeOf(record),
      // A span's own event has its body in the same attribute.
      attributes:
        content === null || content === '' ? attributes : { ...attributes, 'gen_ai.event.content': content },
    },
  };
}

/** Unix ms; 0 if the record has neither time. Senders omit `timeUnixNano` or send 0. */
function timeOf(record: Record<string, unknown>): number {
  const nanos = [record.timeUnixNano, record.observedTimeUnixNano].find(
    (value) => isNanos(value) && Number(value) > 0,
  );
  return nanos === undefined ? 0 : clampTime(Number(BigInt(String(nanos)) / 1000n) / 1000);
}
