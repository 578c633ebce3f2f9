import { Refused } from '../http/refused.js';
import { isRecord, recordsIn } from '../json-values.js';

/**
 * Why Langfuse's server would reject this export, or undefined. It rejects a whole export for one bad span.
 * If the receiver accepted it, you would lose all its spans in production.
 */
export function rejection(body: unknown): string | undefined {
  if (!isRecord(body)) {
    return 'The body must be a JSON object with resourceSpans';
  }
  const resourceSpans = body.resourceSpans ?? [];
  if (!Array.isArray(resourceSpans)) {
    return 'resourceSpans must be an array';
  }
  for (const resource of resourceSpans) {
    const bad =
      attributesRejection(isRecord(resource) ? resource.resource : undefined, 'resource') ??
      scopesRejection(isRecord(resource) ? resource.scopeSpans : undefined);
    if (bad) {
      return bad;
    }
  }
  return undefined;
}

/** An export without its bad spans; `reason` is that of the first. Throws if the body is not an export. */
export function withoutBadSpans(body: unknown): {
  readonly body: unknown;
  readonly rejected: number;
  readonly reason: string | undefined;
} {
  if (rejection(body) === undefined) {
    return { body, rejected: 0, reason: undefined };
  }
  let rejected = 0;
  let reason: string | undefined;
  const good = (span: unknown) => {
    const bad = spanRejection(span);
    rejected += Number(bad !== undefined);
    reason ??= bad;
    return bad === undefined;
  };
  const resourceSpans = recordsIn(body, 'resourceSpans').map((resource) => ({
    resource: resource.resource,
    scopeSpans: recordsIn(resource, 'scopeSpans').map((scope) => ({
      scope: scope.scope,
      spans: Array.isArray(scope.spans) ? scope.spans.filter(good) : [],
    })),
  }));
  const left = { resourceSpans };
  const wrong = rejection(left) ?? (rejected === 0 ? rejection(body) : undefined);
  if (wrong !== undefined) {
    throw new Refused(400, wrong);
  }
  return { body: left, rejected, reason };
}

function scopesRejection(scopeSpans: unknown): string | undefined {
  if (scopeSpans !== undefined && !Array.isArray(scopeSpans)) {
    return 'scopeSpans must be an array';
  }
  for (const scope of scopeSpans ?? []) {
    const spans = isRecord(scope) ? (scope.spans ?? []) : undefined;
    if (!Array.isArray(spans)) {
      return 'spans must be an array';
    }
    for (const span of spans) {
      const bad = spanRejection(span);
      if (bad) {
        return bad;
      }
    }
  }
  return undefined;
}

function spanRejection(span: unknown): string | undefined {
  if (!isRecord(span)) {
    return 'A span must be an object';
  }
  if (!isId(span.traceId, 32)) {
    return `Invalid traceId ${shown(span.traceId)}: 32 hex digits, not all zero`;
  }
  if (!isId(span.spanId, 16)) {
    return `Invalid spanId ${shown(span.spanId)}: 16 hex digits, not all zero`;
  }
  const parent = span.parentSpanId;
  if (parent !== undefined && parent !== null && parent !== '' && !isId(parent, 16)) {
    return `Invalid parentSpanId ${shown(parent)}: 16 hex digits, not all zero`;
  }
  for (const key of ['startTimeUnixNano', 'endTimeUnixNano']) {
    if (!isNanos(span[key])) {
      return `Invalid ${key} ${shown(span[key])} of span ${span.spanId}`;
    }
  }
  return attributesRejection(span, `span ${span.spanId}`);
}

function attributesRejection(holder: unknown, what: string): string | undefined {
  const attributes = isRecord(holder) ? holder.attributes : undefined;
  return attributes === undefined || Array.isArray(attributes)
    ? undefined
    : `attributes of ${what} must be an array`;
}

export function isId(value: unknown, digits: number): value is string {
  return (
    typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/i.test(value) && /[^0]/.test(value)
  );
}

export function isNanos(value: unknown): boolean {
  return (
    (typeof value === 'string' && /^\d{1,20}$/.test(value)) ||
    (typeof value === 'number' && Number.isFinite(value) && value >= 0)
  );
}

/** The value for a message: short, of any kind. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? 'that is an object'
    : String(JSON.stringify(value)).slice(0, 80);
}
