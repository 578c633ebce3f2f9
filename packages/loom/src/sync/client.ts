import { gzipSync } from 'node:zlib';
import type { Keys } from './keys.js';
import { exportRequest, type OtlpSpan } from './otlp.js';
import type { Score } from './score.js';

/**
 * What became of a request. `unknown` is the one that matters: it may have been accepted, and sending it again
 * without looking would count it twice.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly rejectedReason?: string }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'denied'; readonly status: number; readonly reason: string }
  | { readonly kind: 'later'; readonly waitMs: number; readonly reason: string }
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export type Lookup =
  | { readonly kind: 'found'; readonly spanIds: ReadonlySet<string> }
  | { readonly kind: 'later'; readonly waitMs: number }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'failed'; readonly reason: string };

const REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_WAIT_MS = 5_000;
/** The most that one page of observations may hold. */
const PAGE = 1000;

/** Failures before a byte was sent: the request surely did not arrive. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export class LangfuseClient {
  readonly #baseUrl: string;
  readonly #authorization: string;
  readonly #timeoutMs: number;

  constructor(keys: Keys, timeoutMs = REQUEST_TIMEOUT_MS) {
    this.#baseUrl = keys.baseUrl;
    this.#authorization = `Basic ${Buffer.from(`${keys.publicKey}:${keys.secretKey}`).toString('base64')}`;
    this.#timeoutMs = timeoutMs;
  }

  async sendSpans(spans: readonly OtlpSpan[]): Promise<Outcome> {
    return this.#post('/api/public/otel/v1/traces', exportRequest(spans), {
      'x-langfuse-ingestion-version': '4',
    });
  }

  /** What the server says it is; undefined when it says nothing. */
  async version(): Promise<string | undefined> {
    try {
      const response = await this.#fetch('/api/public/health', { method: 'GET' });
      const body = (await response.json()) as { version?: unknown };
      return typeof body.version === 'string' ? body.version : undefined;
    } catch {
      return undefined;
    }
  }

  async sendScore(score: Score): Promise<Outcome> {
    return this.#post('/api/public/scores', score, {});
  }

  /** The ids of the observations that the server holds for a trace. */
  async findSpans(traceId: string, fromMs: number): Promise<Lookup> {
    const spanIds = new Set<string>();
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({
        traceId,
        fromStartTime: new Date(fromMs).toISOString(),
        fields: 'core',
        limit: String(PAGE),
        ...(cursor ? { cursor } : {}),
      });
      let response: Response;
      try {
        response = await this.#fetch(`/api/public/v2/observations?${query}`, { method: 'GET' });
        if (response.status === 429) {
          return { kind: 'later', waitMs: retryAfter(response) };
        }
        if (response.status === 404) {
          return { kind: 'unsupported' };
        }
        if (!response.ok) {
          return { kind: 'failed', reason: await explain(response) };
        }
        const page = (await response.json()) as { data?: { id?: unknown }[]; meta?: { cursor?: string } };
        for (const { id } of page.data ?? []) {
          spanIds.add(String(id));
        }
        cursor = page.meta?.cursor;
      } catch (error) {
        return { kind: 'failed', reason: cause(error).message };
      }
    } while (cursor);
    return { kind: 'found', spanIds };
  }

  async #post(path: string, body: unknown, headers: Record<string, string>): Promise<Outcome> {
    let response: Response;
    try {
      response = await this.#fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...headers },
        body: gzipSync(JSON.stringify(body)),
      });
    } catch (error) {
      const { code, message } = cause(error);
      return code && NOT_SENT.has(code)
        ? { kind: 'unsent', reason: message }
        : { kind: 'unknown', reason: message };
    }
    if (response.ok) {
      const rejected = await partialRejection(response);
      return rejected ? { kind: 'accepted', rejectedReason: rejected } : { kind: 'accepted' };
    }
    const reason = await explain(response);
    const { status } = response;
    if (status === 429) {
      return { kind: 'later', waitMs: retryAfter(response), reason };
    }
    if (status === 401 || status === 403 || status === 404) {
      return { kind: 'denied', status, reason };
    }
    return status < 500 ? { kind: 'refused', status, reason } : { kind: 'unknown', reason };
  }

  #fetch(
    path: string,
    init: { method: string; headers?: Record<string, string>; body?: Buffer },
  ): Promise<Response> {
    const { body, ...rest } = init;
    return fetch(this.#baseUrl + path, {
      ...rest,
      headers: { ...rest.headers, authorization: this.#authorization },
      ...(body ? { body: new Uint8Array(body) } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
  }
}

/** OTLP answers 200 even when it took only some; what it did not take will never be taken as it is. */
async function partialRejection(response: Response): Promise<string | undefined> {
  try {
    const body = (await response.json()) as {
      partialSuccess?: { rejectedSpans?: number | string; errorMessage?: string };
    };
    const partial = body?.partialSuccess;
    return Number(partial?.rejectedSpans ?? 0) > 0
      ? (partial?.errorMessage ?? 'rejected in part')
      : undefined;
  } catch {
    return undefined;
  }
}

function retryAfter(response: Response): number {
  const header = response.headers.get('retry-after');
  const seconds = Number(header);
  const wait =
    header && Number.isFinite(seconds)
      ? seconds * 1000
      : Date.parse(header ?? '') - Date.now() || DEFAULT_WAIT_MS;
  return Math.max(wait, 0);
}

async function explain(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  return `HTTP ${response.status} ${text.slice(0, 200).replace(/\s+/g, ' ')}`.trim();
}

function cause(error: unknown): { code: string | undefined; message: string } {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return {
    code: (inner as NodeJS.ErrnoException)?.code,
    message: inner instanceof Error ? inner.message : String(inner),
  };
}
