/** A span in OTLP/JSON (opentelemetry-proto, trace.proto). */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 1;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: unknown }[];
  readonly events?: readonly {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes: OtlpSpan['attributes'];
  }[];
  readonly status: { code: 0 | 2; message?: string };
  /** Scope and resource of the sender, if it was not Loom. Not sent as a part of the span. */
  readonly origin?: { readonly scope: string | null; readonly resource: OtlpSpan['attributes'] };
}

const LOOM: NonNullable<OtlpSpan['origin']> = {
  // A scope named langfuse-sdk* keeps the server from copying every attribute into the metadata.
  scope: 'langfuse-sdk-loom',
  resource: [{ key: 'service.name', value: { stringValue: 'loom' } }],
};

/** An export of spans, grouped by sender. */
export function exportRequest(spans: readonly OtlpSpan[]): object {
  const byOrigin = new Map<string, { origin: typeof LOOM; spans: Omit<OtlpSpan, 'origin'>[] }>();
  for (const { origin = LOOM, ...span } of spans) {
    const key = JSON.stringify(origin);
    const group = byOrigin.get(key) ?? { origin, spans: [] };
    byOrigin.set(key, group);
    group.spans.push(span);
  }
  return {
    resourceSpans: [...byOrigin.values()].map((group) => ({
      resource: { attributes: group.origin.resource },
      scopeSpans: [
        { scope: group.origin.scope === null ? {} : { name: group.origin.scope }, spans: group.spans },
      ],
    })),
  };
}

/** The same values, with a prefix before each name. */
export function prefixed(
  prefix: string,
  values: Record<string, string | number | null>,
): Record<string, string | number | null> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}

/** Attributes in the format of OTLP/JSON, without those that are null. */
export function attributes(
  values: Record<string, string | number | string[] | null>,
): OtlpSpan['attributes'] {
  return Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ({
      key,
      value: Array.isArray(value)
        ? { arrayValue: { values: value.map((text) => ({ stringValue: text })) } }
        : { stringValue: String(value) },
    }));
}

/** Unix ms as OTLP's nanoseconds. Text, because a number can't represent them exactly. */
export function nanos(ms: number): string {
  return String(BigInt(Math.trunc(ms)) * 1_000_000n);
}
