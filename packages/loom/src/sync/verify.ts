import type { Database } from '../store/database.js';
import { projectKey } from '../store/project-key.js';
import { LangfuseClient } from './client.js';
import { EntityReader, type SpanEntity } from './entities.js';
import type { Keys } from './keys.js';
import type { OtlpSpan } from './otlp.js';
import { QUEUES, SPAN_ENTITIES, SYNC } from './queues.js';
import { SpanMaker } from './spans.js';
import { tryToConvert } from './try-to-convert.js';

/** Number of records of each kind to read back. */
const SAMPLE = 10;
const OBSERVATION_TYPE = 'langfuse.observation.type';

export interface Verification {
  /** Number of records that were looked up. */
  readonly asked: number;
  readonly same: number;
  readonly missing: readonly string[];
  /** Differences, such as `llm_call req_1: name "x", sent as "y"`. */
  readonly different: readonly string[];
  /** Why the check ended early; null if it did not. */
  readonly stopped: string | null;
}

/** Reads a sample of the sent records back from the server, and compares it with what would be sent now. */
export async function verify(db: Database, keys: Keys): Promise<Verification> {
  const client = new LangfuseClient(keys);
  const maker = new SpanMaker(new EntityReader(db), projectKey(db));
  const missing: string[] = [];
  const different: string[] = [];
  let asked = 0;
  for (const [traceId, converted] of sampleByTrace(db, maker)) {
    const from = Math.min(...converted.map(({ span }) => millis(span.startTimeUnixNano)));
    const found = await client.findSpans(traceId, from - 1);
    if (found.kind !== 'found') {
      const stopped =
        found.kind === 'failed'
          ? found.reason
          : found.kind === 'later'
            ? 'the server asks to wait'
            : 'this server has no endpoint to read observations (Langfuse before v4)';
      return { asked, same: asked - missing.length - different.length, missing, different, stopped };
    }
    for (const { name, span } of converted) {
      asked += 1;
      const received = found.spans.get(span.spanId);
      if (!received) {
        missing.push(name);
        continue;
      }
      const differences = compare(span, received);
      if (differences.length > 0) {
        different.push(`${name}: ${differences.join(', ')}`);
      }
    }
  }
  return { asked, same: asked - missing.length - different.length, missing, different, stopped: null };
}

function sampleByTrace(db: Database, maker: SpanMaker): Map<string, { name: string; span: OtlpSpan }[]> {
  const traces = new Map<string, { name: string; span: OtlpSpan }[]>();
  for (const entity of SPAN_ENTITIES) {
    const { table, column, key } = QUEUES[entity];
    const rows = db.all<{ id: string | number }>(
      `SELECT ${key} AS id FROM ${table} WHERE ${column} = ? ORDER BY random() LIMIT ?`,
      SYNC.sent,
      SAMPLE,
    );
    for (const { id } of rows) {
      const converted = tryToConvert(() => maker.make(entity as SpanEntity, String(id)));
      if ('value' in converted && converted.value) {
        const { traceId } = converted.value;
        traces.set(traceId, [
          ...(traces.get(traceId) ?? []),
          { name: `${entity} ${id}`, span: converted.value },
        ]);
      }
    }
  }
  return traces;
}

/** Compares only fields that the server returns, because a missing field proves nothing. */
function compare(span: OtlpSpan, received: { name: unknown; type: unknown; startTime: unknown }): string[] {
  const type = span.attributes.find(({ key }) => key === OBSERVATION_TYPE)?.value as
    | { stringValue?: string }
    | undefined;
  const sent = { name: span.name, type: type?.stringValue?.toUpperCase() ?? 'SPAN' };
  const differences = (['name', 'type'] as const).flatMap((field) =>
    typeof received[field] === 'string' && received[field] !== sent[field]
      ? [`${field} "${received[field]}", sent as "${sent[field]}"`]
      : [],
  );
  const start = typeof received.startTime === 'string' ? Date.parse(received.startTime) : Number.NaN;
  const sentStart = millis(span.startTimeUnixNano);
  return Number.isNaN(start) || start === sentStart
    ? differences
    : [...differences, `start ${received.startTime}, sent as ${new Date(sentStart).toISOString()}`];
}

function millis(nanos: string): number {
  return Number(BigInt(nanos) / 1_000_000n);
}
