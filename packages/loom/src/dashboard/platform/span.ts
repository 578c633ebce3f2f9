import type { PlatformSpan } from '../contract.js';

export type PlatformKind = PlatformSpan['kind'];

/** A span that the platform recorded by itself: a row of `platform_spans`. */
export interface PlatformRecord {
  /** 32 hex digits: the platform's, which our runtime took for its own trace. */
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly service: string | null;
  readonly name: string;
  readonly kind: PlatformKind;
  readonly startedUs: number;
  /** Null while it runs. */
  readonly durationUs: number | null;
  readonly outcome: string | null;
  readonly error: string | null;
  /** By the names of Cloudflare's spans-and-attributes page; masked. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * What kind of work a span's name stands for, as workerd gives them: `fetch`, `d1_all`, `kv_get`, `r2_put`,
 * `durable_object_subrequest`, and the method for the request itself.
 */
export function kindOf(name: string, attributes: Readonly<Record<string, unknown>>): PlatformKind {
  if (attributes['faas.trigger'] !== undefined && attributes['faas.trigger'] !== 'jsrpc') {
    return 'request';
  }
  // D1 is reached by HTTP inside the platform and on this machine; it is no call of the Worker's.
  if (name === 'fetch') {
    return /^https?:\/\/d1\//.test(String(attributes['url.full'])) ? 'other' : 'fetch';
  }
  const prefix = /^(d1|kv|r2|durable_object)_/.exec(name)?.[1];
  return (prefix as PlatformKind | undefined) ?? 'other';
}
