import type { PlatformSpan } from '../contract/platform.js';
import type { PlatformRecord } from './span.js';
import type { WorkerConfig } from './worker-config.js';

type Facts = PlatformSpan['facts'];

/** The data of each kind of span, most useful first. */
export function factsOf(
  span: PlatformRecord,
  family: ReadonlyMap<string, readonly PlatformRecord[]>,
  config: WorkerConfig | undefined,
): Facts {
  const a = span.attributes;
  const took = span.durationUs === null ? undefined : `${span.durationUs / 1000} ms`;
  switch (span.kind) {
    case 'fetch':
      return facts({
        URL: a['url.full'],
        Method: a['http.request.method'],
        Status: a['http.response.status_code'],
        Latency: took,
      });
    case 'd1':
      return facts({
        SQL: a['db.query.text'],
        'Rows read': a['cloudflare.d1.response.rows_read'],
        'Rows written': a['cloudflare.d1.response.rows_written'],
        Duration: took,
      });
    case 'kv':
      return facts({
        Key: a['cloudflare.kv.query.keys'] ?? a['cloudflare.kv.query.prefix'],
        Operation: a['db.operation.name'],
        Size: bytes(a['cloudflare.kv.query.payload.size'] ?? a['cloudflare.kv.response.size']),
        Namespace: a['cloudflare.binding.name'],
      });
    case 'r2':
      return facts({
        Bucket: bucketOf(a, config),
        Object: a['cloudflare.r2.request.key'] ?? a['cloudflare.r2.request.keys'],
        Bytes: bytes(a['cloudflare.r2.request.size'] ?? a['cloudflare.r2.response.size']),
        Operation: a['cloudflare.r2.operation'],
      });
    case 'durable_object':
      return facts({
        Class: config?.classes.length === 1 ? config.classes[0] : undefined,
        Method: methodBelow(span, family) ?? operationOf(span),
        Duration: took,
        Object: a.objectId,
        SQL: a['db.query.text'],
      });
    case 'request':
      return facts({
        URL: a['url.full'],
        Method: a['http.request.method'],
        Status: a['http.response.status_code'],
        Trigger: a['faas.trigger'],
      });
    default:
      return facts({ Method: a['jsrpc.method'], URL: a['url.full'] });
  }
}

/** `wrangler dev` uses the same name for every bucket. The config has the bucket of each binding. */
function bucketOf(attributes: Readonly<Record<string, unknown>>, config: WorkerConfig | undefined): unknown {
  return config?.buckets[String(attributes['cloudflare.binding.name'])] ?? attributes['cloudflare.r2.bucket'];
}

/** The method of a call to a Durable Object is on the RPC spans below the subrequest. */
function methodBelow(span: PlatformRecord, family: ReadonlyMap<string, readonly PlatformRecord[]>): unknown {
  const waiting = [...(family.get(span.id) ?? [])];
  for (let seen = 0; waiting.length > 0 && seen < MAX_BELOW; seen += 1) {
    const below = waiting.shift() as PlatformRecord;
    const method = below.attributes['jsrpc.method'] ?? below.attributes['http.request.method'];
    if (method !== undefined) {
      return method;
    }
    waiting.push(...(family.get(below.id) ?? []));
  }
  return undefined;
}

const MAX_BELOW = 50;

/** `durable_object_storage_get`: an operation on the object's own storage. */
function operationOf(span: PlatformRecord): string | undefined {
  return /^durable_object_(storage_\w+|alarm\w*)$/.exec(span.name)?.[1]?.replace('_', '.');
}

function bytes(size: unknown): string | undefined {
  return size === undefined ? undefined : `${size} bytes`;
}

function facts(values: Readonly<Record<string, unknown>>): Facts {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([label, value]) => ({ label, value: String(value) }));
}
