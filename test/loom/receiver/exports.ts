/** OTLP/JSON written by hand, like an exporter's: the tests must not depend on the code that reads it. */

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const ROOT_ID = '00f067aa0ba902b7';
export const AUTH = `Basic ${Buffer.from('pk-lf-test:sk-lf-test').toString('base64')}`;

export interface SpanOptions {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  /** Unix ms. */
  readonly start?: number;
  readonly durationMs?: number;
  readonly attributes?: Record<string, unknown>;
  readonly status?: { code: number; message?: string };
}

export function span(options: SpanOptions = {}): Record<string, unknown> {
  const start = BigInt(options.start ?? 1_763_800_000_000) * 1_000_000n;
  return {
    traceId: options.traceId ?? TRACE_ID,
    spanId: options.spanId ?? ROOT_ID,
    ...(options.parentSpanId === undefined ? {} : { parentSpanId: options.parentSpanId }),
    name: options.name ?? 'calculator:add',
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(options.durationMs ?? 12) * 1_000_000n),
    attributes: Object.entries(options.attributes ?? {}).map(([key, value]) => ({ key, value: any(value) })),
    status: options.status ?? { code: 0 },
  };
}

function any(value: unknown): unknown {
  if (typeof value === 'boolean') {
    return { boolValue: value };
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) {
    return { arrayValue: { values: value.map(any) } };
  }
  return { stringValue: typeof value === 'string' ? value : JSON.stringify(value) };
}

export function exportOf(...spans: unknown[]): Record<string, unknown> {
  return {
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: 'test' }, spans }] }],
  };
}

export function post(
  base: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: AUTH, ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

export const TRACES = '/api/public/otel/v1/traces';
export const SCORES = '/api/public/scores';
