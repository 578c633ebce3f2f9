import type { LangfuseClient } from './client.js';
import type { SpanEntity } from './entities.js';
import type { OtlpSpan } from './otlp.js';
import type { Outbox, OutboxRow } from './outbox.js';
import type { Pace } from './pace.js';
import type { SpanMaker } from './spans.js';
import { tryToConvert } from './try-to-convert.js';

/**
 * Handling of spans with an unknown outcome if the server can't be queried: leave, send again, or count as
 * sent.
 */
export const UNKNOWN_CHOICES = ['keep', 'resend', 'sent'] as const;
export type Unknown = (typeof UNKNOWN_CHOICES)[number];

export interface LookupOptions {
  readonly outbox: Outbox;
  readonly client: LangfuseClient;
  readonly maker: SpanMaker;
  readonly pace: Pace;
  readonly unknown: Unknown;
}

/**
 * Looks up which of these spans have arrived, and queues the others again. Returns the number that had
 * arrived.
 */
export async function lookUp(rows: readonly OutboxRow[], options: LookupOptions): Promise<number> {
  const { outbox, client, pace } = options;
  let total = 0;
  for (const [traceId, converted] of byTrace(rows, options)) {
    if (pace.stopped !== null) {
      break;
    }
    const from = Math.min(
      ...converted.map(({ span }) => Number(BigInt(span.startTimeUnixNano) / 1_000_000n)),
    );
    const lookup = await client.findSpans(traceId, from - 1);
    if (lookup.kind === 'later') {
      await pace.later(lookup.waitMs);
      break;
    }
    if (lookup.kind === 'failed') {
      await pace.failed(lookup.reason);
      break;
    }
    const all = converted.map(({ row }) => row);
    if (lookup.kind === 'unsupported') {
      total += withoutLookup(all, options);
      continue;
    }
    pace.worked();
    const found = converted.filter(({ span }) => lookup.spans.has(span.spanId)).map(({ row }) => row);
    outbox.sent(found, Date.now());
    outbox.requeue(all.filter((row) => !found.includes(row)));
    total += found.length;
  }
  return total;
}

function byTrace(
  rows: readonly OutboxRow[],
  { outbox, maker }: LookupOptions,
): Map<string, { row: OutboxRow; span: OtlpSpan }[]> {
  const traces = new Map<string, { row: OutboxRow; span: OtlpSpan }[]>();
  for (const row of rows) {
    const converted = tryToConvert(() => maker.make(row.entity as SpanEntity, row.entity_id));
    if ('failed' in converted) {
      outbox.dead([row], converted.failed);
    } else if (converted.value) {
      const { traceId } = converted.value;
      traces.set(traceId, [...(traces.get(traceId) ?? []), { row, span: converted.value }]);
    } else {
      outbox.skip([row]);
    }
  }
  return traces;
}

/**
 * Servers before Langfuse v4 have no such endpoint, so the user decides. Returns how many count as arrived.
 */
function withoutLookup(rows: readonly OutboxRow[], { outbox, pace, unknown }: LookupOptions): number {
  switch (unknown) {
    case 'resend':
      outbox.requeue(rows);
      return 0;
    case 'sent':
      outbox.sent(rows, Date.now());
      return rows.length;
    case 'keep':
      pace.stop(
        `it is unknown whether ${rows.length} spans have arrived, and this server has no lookup. Check in Langfuse, then use --unknown resend or --unknown sent`,
      );
      return 0;
  }
}
