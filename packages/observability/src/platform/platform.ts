import type { Parcel } from '../send.js';

/**
 * Cloudflare's tracing API. Its methods have different release dates, so each is checked before it is called.
 */
export interface NativeTracing {
  getActiveSpan?(): NativeSpan | undefined;
  startActiveSpan?<T>(name: string, callback: (span: NativeSpan) => T): T;
  enterSpan?<T>(name: string, callback: (span: NativeSpan) => T): T;
}

export interface NativeSpan {
  isTraced?: boolean;
  spanContext?(): { traceId: string; spanId: string };
  setAttribute?(key: string, value: string | number | boolean): unknown;
  setStatus?(status: { code: 'error'; message: string }): unknown;
}

/** Differences between the platforms of this package. */
export interface Platform {
  /** A variable, secret or binding. */
  env(name: string): unknown;
  /** Sends now or soon. If requests are isolated, the promise belongs to the caller's request. */
  deliver(parcel: Parcel): Promise<void>;
  /** Keeps the running request alive until `work` has settled. */
  keepAlive?(work: Promise<void>): void;
  /** Sends everything that waits, and waits for running exports. */
  flush?(): Promise<void>;
  /** Calls `flush` before the process ends. Several registrations have the effect of one. */
  atExit?(flush: () => Promise<void>): void;
  tracing?: NativeTracing | undefined;
}
