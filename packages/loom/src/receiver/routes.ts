import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseJson, Refused, readBody, readJson } from './body.js';
import { formatOf, refuseOtherPages, requireBasicAuth, requireJson, requireLoopbackHost } from './checks.js';
import { decodeExport } from './decode.js';
import { decodeBatch, MAX_BATCH_BYTES } from './ingestion.js';
import { MAX_FIELD_LENGTH } from './limits.js';
import { observationsPage } from './observations.js';
import { readProtobuf, writeExportResponse } from './protobuf.js';
import { decodeScore } from './scores.js';
import type { TraceStore } from './store.js';
import type { Arrivals } from './trace.js';
import { rejection } from './validate.js';

export interface RouteOptions {
  readonly store: TraceStore;
  /** What `/api/public/health` gives as the version. */
  readonly version: string;
  /** Called with each OTLP/JSON logs export, as agents send them to `/v1/logs`. Without it that path is not there. */
  readonly onLogs?: ((body: unknown) => void) | undefined;
  /** Called with the ids of the traces that a request has added to. */
  readonly onChange: (traceIds: ReadonlySet<string>) => void;
}

/** The body is JSON, unless it is bytes: then it is protobuf. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export async function answer(request: IncomingMessage, options: RouteOptions): Promise<Answer> {
  const { store, onLogs, onChange } = options;
  requireLoopbackHost(request);
  refuseOtherPages(request);
  const target = request.url ?? '/';
  if (!URL.canParse(target, 'http://receiver')) {
    throw new Refused(400, 'This is no address');
  }
  const url = new URL(target, 'http://receiver');
  const route = `${request.method} ${url.pathname}`;
  if (route === 'GET /api/public/health') {
    return { status: 200, body: { status: 'OK', version: options.version } };
  }
  if (onLogs && route === 'POST /v1/logs') {
    requireJson(request);
    onLogs(await readJson(request));
    return { status: 200, body: {} };
  }
  requireBasicAuth(request);
  const take = (arrivals: Arrivals) => onChange(store.add(arrivals));
  switch (route) {
    case 'POST /api/public/otel/v1/traces':
      return takeSpans(request, take);
    case 'POST /api/public/ingestion':
      return takeEvents(request, take);
    case 'POST /api/public/scores':
      return takeScore(request, take);
    case 'GET /api/public/v2/observations':
      return { status: 200, body: observationsPage(store, url.searchParams) };
    case 'GET /api/public/projects':
      return { status: 200, body: { data: [{ id: 'loom', name: 'Loom on this machine', metadata: {} }] } };
    default:
      throw new Refused(404, `${route} is not part of this receiver`);
  }
}

type Take = (arrivals: Arrivals) => void;

async function takeSpans(request: IncomingMessage, take: Take): Promise<Answer> {
  if (Number(request.headers['x-langfuse-ingestion-version'] ?? 4) > 4) {
    throw new Refused(400, 'x-langfuse-ingestion-version above 4 is not supported');
  }
  const format = formatOf(request);
  if (!format) {
    throw new Refused(415, 'Content-Type must be application/json or application/x-protobuf');
  }
  const bytes = await readBody(request);
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
    return { status: 200, body: writeExportResponse(warning) };
  }
  // As OTLP says a warning: nothing was rejected, and there is a message.
  return {
    status: 200,
    body: warning ? { partialSuccess: { rejectedSpans: '0', errorMessage: warning } } : {},
  };
}

async function takeEvents(request: IncomingMessage, take: Take): Promise<Answer> {
  requireJson(request);
  const batch = decodeBatch(await readJson(request, MAX_BATCH_BYTES), randomUUID);
  if (typeof batch === 'string') {
    throw new Refused(400, batch);
  }
  take(batch);
  return { status: 207, body: batch.answer };
}

async function takeScore(request: IncomingMessage, take: Take): Promise<Answer> {
  requireJson(request);
  const score = decodeScore(await readJson(request), { id: randomUUID(), atMs: Date.now() });
  if (typeof score === 'string') {
    throw new Refused(400, score);
  }
  take({ scores: [score] });
  return { status: 200, body: { id: score.id } };
}
