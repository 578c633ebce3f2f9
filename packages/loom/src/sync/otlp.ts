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
  readonly status: { code: 0 | 2; message?: string };
}

/** The same values under longer names. */
export function prefixed(
  prefix: string,
  values: Record<string, string | number | null>,
): Record<string, string | number | null> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}

/** As OTLP/JSON writes them; what is null is left out. */
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

/** Unix ms as OTLP's nanoseconds, in text, since they exceed what a number holds. */
export function nanos(ms: number): string {
  return String(BigInt(Math.trunc(ms)) * 1_000_000n);
}
