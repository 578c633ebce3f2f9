import { Refused } from '../http/refused.js';
import { type Access, json, type Reply, type Route, type RouteRequest } from '../http/route.js';
import { maskArrivals } from '../masking/spans.js';
import { readJson, refusalIn } from './body-format.js';
import { decodeBatch, MAX_BATCH_BYTES } from './ingestion.js';
import { observationsPage } from './observations.js';
import { type DroppedMetrics, otlpRoutes } from './otlp-routes.js';
import type { PartialSuccess } from './protobuf.js';
import { decodeScore } from './scores.js';
import type { ReceivingStore } from './store.js';
import type { Arrivals } from './trace.js';

const MAX_SCORE_BYTES = 1024 * 1024;

export interface RouteOptions {
  readonly store: ReceivingStore;
  /** Version in `/api/public/health`. */
  readonly version: string;
  /** Called with each logs export of an agent, in the shape of OTLP/JSON. */
  readonly onLogs?: ((body: unknown) => PartialSuccess | undefined) | undefined;
  /** Called with each metrics export, which is not stored. */
  readonly onMetrics?: ((metrics: DroppedMetrics) => void) | undefined;
  /** Called with the ids of the traces that a request has changed. */
  readonly onChange: (traceIds: ReadonlySet<string>) => void;
}

/** Routes of Langfuse's public API, as far as exporters use it. */
export function receiverRoutes({ store, version, onLogs, onMetrics, onChange }: RouteOptions): Route[] {
  // Our runtime masks its data, but other senders may not.
  const take = async (arrivals: Arrivals) => onChange(await store.add(maskArrivals(arrivals)));
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
    get('/api/public/v2/observations', 'read', async ({ url }) =>
      json(200, await observationsPage(store, url.searchParams)),
    ),
    ...otlpRoutes({ take, onLogs, onMetrics }),
    post('/api/public/ingestion', MAX_BATCH_BYTES, (request) => takeEvents(request, take)),
    post('/api/public/scores', MAX_SCORE_BYTES, (request) => takeScore(request, take)),
  ];
}

function newId(): string {
  return crypto.randomUUID();
}

type Take = (arrivals: Arrivals) => Promise<void>;

async function takeEvents(request: RouteRequest, take: Take): Promise<Reply> {
  const batch = decodeBatch(await readJson(request), newId);
  if (typeof batch === 'string') {
    throw new Refused(400, batch);
  }
  await take(batch);
  return json(207, batch.answer);
}

async function takeScore(request: RouteRequest, take: Take): Promise<Reply> {
  const score = decodeScore(await readJson(request), { id: newId(), atMs: Date.now() });
  if (typeof score === 'string') {
    throw new Refused(400, score);
  }
  await take({ scores: [score] });
  return json(200, { id: score.id });
}
