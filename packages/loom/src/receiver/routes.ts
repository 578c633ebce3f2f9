import { randomUUID } from 'node:crypto';
import { parseJson } from '../http/body.js';
import { Refused } from '../http/refused.js';
import { type Access, type Asked, json, type Reply, type Route } from '../http/route.js';
import { formatOf, protobuf, readJson, refusalIn } from './body-format.js';
import { decodeExport } from './decode.js';
import { decodeBatch, MAX_BATCH_BYTES } from './ingestion.js';
import { MAX_FIELD_LENGTH } from './limits.js';
import { observationsPage } from './observations.js';
import { readProtobuf, writeExportResponse } from './protobuf.js';
import { decodeScore } from './scores.js';
import type { TraceStore } from './store.js';
import type { Arrivals } from './trace.js';
import { rejection } from './validate.js';

/** Langfuse has no hard limit for OTLP and warns at 16 MB; this one only guards the machine. */
const MAX_EXPORT_BYTES = 64 * 1024 * 1024;
const MAX_SCORE_BYTES = 1024 * 1024;

/** What is done with a logs export. */
export interface LogsOutcome {
  /** Records that were not taken, and why. */
  readonly rejected: number;
  readonly message: string;
}

export interface RouteOptions {
  readonly store: TraceStore;
  /** What `/api/public/health` gives as the version. */
  readonly version: string;
  /** Called with each OTLP/JSON logs export, as agents send them to `/v1/logs`. Without it that path is not there. */
  readonly onLogs?: ((body: unknown) => LogsOutcome | undefined) | undefined;
  /** Called with the ids of the traces that a request has added to. */
  readonly onChange: (traceIds: ReadonlySet<string>) => void;
}

/** What Langfuse's public API answers, as far as an exporter can tell. */
export function receiverRoutes({ store, version, onLogs, onChange }: RouteOptions): Route[] {
  const take = (arrivals: Arrivals) => onChange(store.add(arrivals));
  const get = (path: string, access: Access, answer: Route['answer']): Route => ({
    method: 'GET',
    path,
    access,
    maxBytes: 0,
    answer,
    refusal: refusalIn,
  });
  const post = (path: string, maxBytes: number, answer: Route['answer']): Route => ({
    method: 'POST',
    path,
    access: 'write',
    maxBytes,
    answer,
    refusal: refusalIn,
  });
  return [
    get('/api/public/health', 'open', () => json(200, { status: 'OK', version })),
    get('/api/public/projects', 'write', () =>
      json(200, { data: [{ id: 'loom', name: 'Loom on this machine', metadata: {} }] }),
    ),
    get('/api/public/v2/observations', 'read', ({ url }) =>
      json(200, observationsPage(store, url.searchParams)),
    ),
    post('/api/public/otel/v1/traces', MAX_EXPORT_BYTES, (asked) => takeSpans(asked, take)),
    post('/api/public/ingestion', MAX_BATCH_BYTES, (asked) => takeEvents(asked, take)),
    post('/api/public/scores', MAX_SCORE_BYTES, (asked) => takeScore(asked, take)),
    ...(onLogs ? [post('/v1/logs', MAX_EXPORT_BYTES, (asked) => takeLogs(asked, onLogs))] : []),
  ];
}

type Take = (arrivals: Arrivals) => void;

async function takeSpans({ request, body: read }: Asked, take: Take): Promise<Reply> {
  if (Number(request.headers['x-langfuse-ingestion-version'] ?? 4) > 4) {
    throw new Refused(400, 'x-langfuse-ingestion-version above 4 is not supported');
  }
  const format = formatOf(request);
  if (!format) {
    throw new Refused(415, 'Content-Type must be application/json or application/x-protobuf');
  }
  const bytes = await read();
  const body = format === 'json' ? parseJson(bytes) : readProtobuf(bytes);
  const reason = rejection(body);
  if (reason) {
    throw new Refused(400, reason);
  }
  const tally = { cut: 0 };
  take({ spans: decodeExport(body, tally) });
  const warning =
    tally.cut > 0
      ? `${tally.cut} fields were longer than ${MAX_FIELD_LENGTH} characters and were cut`
      : undefined;
  if (format === 'protobuf') {
    return protobuf(200, writeExportResponse(warning));
  }
  // As OTLP says a warning: nothing was rejected, and there is a message.
  return json(200, warning ? { partialSuccess: { rejectedSpans: '0', errorMessage: warning } } : {});
}

async function takeLogs(asked: Asked, onLogs: NonNullable<RouteOptions['onLogs']>): Promise<Reply> {
  const outcome = onLogs(await readJson(asked));
  return json(
    200,
    outcome
      ? { partialSuccess: { rejectedLogRecords: String(outcome.rejected), errorMessage: outcome.message } }
      : {},
  );
}

async function takeEvents(asked: Asked, take: Take): Promise<Reply> {
  const batch = decodeBatch(await readJson(asked), randomUUID);
  if (typeof batch === 'string') {
    throw new Refused(400, batch);
  }
  take(batch);
  return json(207, batch.answer);
}

async function takeScore(asked: Asked, take: Take): Promise<Reply> {
  const score = decodeScore(await readJson(asked), { id: randomUUID(), atMs: Date.now() });
  if (typeof score === 'string') {
    throw new Refused(400, score);
  }
  take({ scores: [score] });
  return json(200, { id: score.id });
}
