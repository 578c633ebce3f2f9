import { parseJson } from '../http/body-bounds.js';
import { Refused } from '../http/refused.js';
import {
  type Access,
  type HeadersIn,
  json,
  type Reply,
  type Route,
  type RouteRequest,
} from '../http/route.js';
import { isRecord, recordsIn } from '../json-values.js';
import { readAttributes } from './attributes.js';
import { formatOf, protobuf, refusalIn } from './body-format.js';
import { decodeExport } from './decode.js';
import { MAX_FIELD_LENGTH } from './limits.js';
import { readLogEvents } from './log-events.js';
import { type PartialSuccess, readProtobuf, type Signal, writeExportResponse } from './protobuf.js';
import type { Arrivals } from './trace.js';
import { rejection, withoutBadSpans } from './validate.js';

/** Protects the machine. Langfuse has no hard limit for OTLP, and warns at 16 MB. */
const MAX_EXPORT_BYTES = 64 * 1024 * 1024;

/** Langfuse's prefix, and the default prefix of OTLP exporters. */
const LANGFUSE = '/api/public/otel/v1/';
const PLAIN = '/v1/';

/** Names of the counts of rejected records in the specification (opentelemetry-proto, collector). */
const REJECTED: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/** Metrics that arrived and were dropped. */
export interface DroppedMetrics {
  readonly points: number;
  /** `service.name` of the sender. */
  readonly service: string | null;
}

export interface OtlpOptions {
  readonly take: (arrivals: Arrivals) => Promise<void>;
  /** Called with each logs export as OTLP/JSON, for its other records. */
  readonly onLogs?: ((body: unknown) => PartialSuccess | undefined) | undefined;
  readonly onMetrics?: ((dropped: DroppedMetrics) => void) | undefined;
}

/** OTLP over HTTP: three signals under two prefixes, as JSON or protobuf. */
export function otlpRoutes({ take, onLogs, onMetrics }: OtlpOptions): Route[] {
  const routes = (
    signal: Signal,
    access: Access,
    answer: (body: unknown, request: RouteRequest) => Accepted | Promise<Accepted>,
  ): Route[] =>
    [LANGFUSE, PLAIN].map((prefix) => ({
      method: 'POST',
      path: prefix + signal,
      access,
      maxBytes: MAX_EXPORT_BYTES,
      refusal: refusalIn,
      answer: async (request) => {
        const format = requireFormat(request.headers);
        const bytes = await request.body();
        const body = format === 'json' ? parseJson(bytes) : readProtobuf(bytes, signal);
        return replyIn(format, signal, await answer(body, request));
      },
    }));
  return [
    ...routes('traces', 'write', (body, { headers, url }) => {
      refuseNewerIngestion(headers);
      return takeSpans(body, url.pathname.startsWith(LANGFUSE), take);
    }),
    ...routes('logs', 'write', (body) => takeLogs(body, take, onLogs)),
    ...routes('metrics', 'count', (body) => {
      onMetrics?.(countMetrics(body));
      return undefined;
    }),
  ];
}

type Accepted = PartialSuccess | undefined;

function requireFormat(headers: HeadersIn): 'json' | 'protobuf' {
  const format = formatOf(headers);
  if (format) {
    return format;
  }
  throw new Refused(
    415,
    /^application\/grpc/.test(headers.get('content-type') ?? '')
      ? 'gRPC is not accepted here. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json.'
      : 'Content-Type must be application/json or application/x-protobuf',
  );
}

function refuseNewerIngestion(headers: HeadersIn): void {
  if (Number(headers.get('x-langfuse-ingestion-version') ?? 4) > 4) {
    throw new Refused(400, 'x-langfuse-ingestion-version above 4 is not supported');
  }
}

/** Langfuse rejects a whole export for one bad span. OTLP accepts the valid spans and reports the others. */
async function takeSpans(body: unknown, asLangfuse: boolean, take: OtlpOptions['take']): Promise<Accepted> {
  const { body: good, rejected, reason } = asLangfuse ? allOrNothing(body) : withoutBadSpans(body);
  const tally = { cut: 0 };
  await take({ spans: decodeExport(good, tally) });
  const warnings = [
    ...(reason === undefined ? [] : [`${rejected} spans were rejected: ${reason}`]),
    ...(tally.cut > 0
      ? [`${tally.cut} fields were longer than ${MAX_FIELD_LENGTH} characters and were cut`]
      : []),
  ];
  // A warning in OTLP: nothing was rejected, but there is a message.
  return warnings.length > 0 ? { rejected, message: warnings.join('; ') } : undefined;
}

/** Messages of models belong to their spans. `onLogs` receives all other log records. */
async function takeLogs(
  body: unknown,
  take: OtlpOptions['take'],
  onLogs: OtlpOptions['onLogs'],
): Promise<Accepted> {
  const { events, loose } = readLogEvents(body);
  if (events.length > 0) {
    await take({ events });
  }
  const others = onLogs?.(body);
  if (loose === 0) {
    return others;
  }
  const warnings = `${loose} GenAI events were dropped, because they have no span id`;
  return {
    rejected: (others?.rejected ?? 0) + loose,
    message: [others?.message, warnings].filter(Boolean).join('; '),
  };
}

function allOrNothing(body: unknown): ReturnType<typeof withoutBadSpans> {
  const reason = rejection(body);
  if (reason !== undefined) {
    throw new Refused(400, reason);
  }
  return { body, rejected: 0, reason: undefined };
}

function countMetrics(body: unknown): DroppedMetrics {
  const resources = recordsIn(body, 'resourceMetrics');
  const metrics = resources
    .flatMap((of) => recordsIn(of, 'scopeMetrics'))
    .flatMap((of) => recordsIn(of, 'metrics'));
  const points = metrics
    .flatMap((metric) => Object.values(metric))
    .reduce<number>((sum, kind) => sum + recordsIn(kind, 'dataPoints').length, 0);
  const [resource] = resources.map((of) =>
    readAttributes(isRecord(of.resource) ? of.resource.attributes : []),
  );
  const service = resource?.['service.name'];
  return { points, service: typeof service === 'string' ? service.slice(0, 100) : null };
}

function replyIn(format: 'json' | 'protobuf', signal: Signal, partial: Accepted): Reply {
  if (format === 'protobuf') {
    return protobuf(200, writeExportResponse(partial));
  }
  return json(
    200,
    partial
      ? { partialSuccess: { [REJECTED[signal]]: String(partial.rejected), errorMessage: partial.message } }
      : {},
  );
}
