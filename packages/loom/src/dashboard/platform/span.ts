import { textOrNull } from '../../json-values.js';
import type { PlatformSpan } from '../contract/platform.js';
import { maskAttributes, maskFreeText } from './mask.js';

export type PlatformKind = PlatformSpan['kind'];

/** A span that the platform recorded by itself: a row of `platform_spans`. */
export interface PlatformRecord {
  /** 32 hex digits. The platform's trace id, which our runtime also uses. */
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly service: string | null;
  readonly name: string;
  readonly kind: PlatformKind;
  readonly startedUs: number;
  /** Null while the span runs. */
  readonly durationUs: number | null;
  readonly outcome: string | null;
  readonly error: string | null;
  /** Names as on Cloudflare's spans-and-attributes page; masked. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A span as its source sent it: not masked yet, and `unknown` fields can have any type. */
export interface RawSpan {
  readonly traceId: string;
  readonly id: unknown;
  readonly parentId: unknown;
  readonly service: string | null;
  readonly name: string;
  /** Unix ms with fractions; NaN if missing. */
  readonly startedMs: number;
  readonly durationMs: unknown;
  readonly outcome: unknown;
  readonly error: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * The stored form of a span from any source: masked, in whole microseconds. Undefined without an id and a
 * start.
 */
export function platformRecord(raw: RawSpan): PlatformRecord | undefined {
  const id = textOrNull(raw.id);
  if (!id || !Number.isFinite(raw.startedMs)) {
    return undefined;
  }
  const attributes = maskAttributes(raw.attributes);
  return {
    traceId: raw.traceId,
    id,
    parentId: textOrNull(raw.parentId),
    service: raw.service,
    name: raw.name,
    kind: kindOf(raw.name, attributes),
    startedUs: Math.round(raw.startedMs * 1000),
    durationUs: typeof raw.durationMs === 'number' ? Math.round(raw.durationMs * 1000) : null,
    outcome: textOrNull(raw.outcome),
    error: maskFreeText(textOrNull(raw.error) ?? '') || null,
    attributes,
  };
}

/**
 * Kind of work, from the span names of workerd: `fetch`, `d1_all`, `kv_get`, `r2_put`,
 * `durable_object_subrequest`, and the method for the request itself.
 */
function kindOf(name: string, attributes: Readonly<Record<string, unknown>>): PlatformKind {
  if (attributes['faas.trigger'] !== undefined && attributes['faas.trigger'] !== 'jsrpc') {
    return 'request';
  }
  // Inside the platform and on this machine, D1 is called over HTTP. The Worker did not make this fetch.
  if (name === 'fetch') {
    return /^https?:\/\/d1\//.test(String(attributes['url.full'])) ? 'other' : 'fetch';
  }
  const prefix = /^(d1|kv|r2|durable_object)_/.exec(name)?.[1];
  return (prefix as PlatformKind | undefined) ?? 'other';
}
