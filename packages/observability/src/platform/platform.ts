import type { Parcel } from '../send.js';

/** Cloudflare's tracing API. Every method came at another date, so each is looked for before it is called. */
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
  /** Sends, at once or soon. Where requests are apart the promise is the caller's own. */
  deliver(parcel: Parcel): Promise<void>;
  /** Keeps the running request alive until `work` has settled. */
  keepAlive?(work: Promise<void>): void;
  /** Sends what is still held back, and waits for what is under way. */
  flush?(): Promise<void>;
  /** Has `flush` called when the process is about to end. Asked for many times, does it once. */
  atExit?(flush: () => Promise<void>): void;
  tracing?: NativeTracing | undefined;
}
