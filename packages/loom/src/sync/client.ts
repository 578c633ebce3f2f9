import { isRecord, recordsIn } from '../json-values.js';
import { maskScore, maskSent } from '../masking/spans.js';
import { eventOutcomes, type Foreign, foreign, isForeign, partialRejection, readAnswer } from './answers.js';
import type { Keys } from './keys.js';
import { exportRequest, type OtlpSpan } from './otlp.js';
import { type Score, scoreEvent } from './score.js';

/**
 * Result of a request. `unknown`: it may have been accepted, and a repetition without a lookup could count
 * twice. `foreign`: the answer is not from Langfuse, so nothing was accepted.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly rejectedReason?: string }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'denied'; readonly status: number; readonly reason: string }
  | { readonly kind: 'later'; readonly waitMs: number; readonly reason: string }
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | Foreign;

/** The outcome of each score, by id. */
export type ScoresOutcome = ReadonlyMap<string, Outcome>;

/** An observation on the server. */
export interface FoundSpan {
  readonly id: string;
  readonly name: unknown;
  readonly type: unknown;
  readonly startTime: unknown;
}

export type Lookup =
  | { readonly kind: 'found'; readonly spans: ReadonlyMap<string, FoundSpan> }
  | { readonly kind: 'later'; readonly waitMs: number }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Kind of server at the address. `unsure`: it can't be queried now. */
export type Identity =
  | { readonly kind: 'langfuse'; readonly version: string | undefined }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'unsure'; readonly reason: string }
  | Foreign;

const REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_WAIT_MS = 5_000;
/** Maximum number of observations on one page. */
const PAGE = 1000;

/** Failures before a byte was sent, so the request did not arrive. */
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
    const pair = new TextEncoder().encode(`${keys.publicKey}:${keys.secretKey}`);
    this.#authorization = `Basic ${btoa(String.fromCharCode(...pair))}`;
    this.#timeoutMs = timeoutMs;
  }

  async sendSpans(spans: readonly OtlpSpan[]): Promise<Outcome> {
    const answer = await this.#post('/api/public/otel/v1/traces', exportRequest(spans.map(maskSent)), {
      'x-langfuse-ingestion-version': '4',
    });
    if (answer.kind !== 'answered') {
      return answer;
    }
    const rejected = partialRejection(answer.body);
    return rejected ? { kind: 'accepted', rejectedReason: rejected } : { kind: 'accepted' };
  }

  /** This endpoint keeps a score's own time. `POST /api/public/scores` sets the time of the request. */
  async sendScores(scores: readonly Score[]): Promise<ScoresOutcome> {
    const events = await Promise.all(
      scores.map(async (score) => ({ score, event: await scoreEvent(maskScore(score)) })),
    );
    const answer = await this.#post('/api/public/ingestion', { batch: events.map(({ event }) => event) }, {});
    const all = (outcome: Outcome) => new Map(scores.map(({ id }) => [id, outcome]));
    if (answer.kind !== 'answered') {
      return all(answer);
    }
    const outcomes = eventOutcomes(answer.body);
    if (!outcomes) {
      return all(foreign(`HTTP ${answer.status} without the list of what was taken`));
    }
    return new Map(events.map(({ score, event }) => [score.id, outcomeOf(outcomes.get(event.id))] as const));
  }

  /** Checks the kind of server before anything is sent. */
  async identify(): Promise<Identity> {
    const health = await this.#get('/api/public/health');
    const version =
      health.kind === 'answered' && typeof health.body.version === 'string' ? health.body.version : undefined;
    const projects = await this.#get('/api/public/projects');
    if (projects.kind === 'answered' && (Array.isArray(projects.body.data) || version !== undefined)) {
      return { kind: 'langfuse', version };
    }
    if (projects.kind === 'denied' && (version !== undefined || projects.isJson)) {
      return { kind: 'denied', reason: projects.reason };
    }
    if (version !== undefined) {
      return { kind: 'langfuse', version };
    }
    if (projects.kind === 'unsure' || health.kind === 'unsure') {
      return { kind: 'unsure', reason: projects.kind === 'unsure' ? projects.reason : 'no answer' };
    }
    return foreign(projects.kind === 'answered' ? 'its list of projects has no data' : projects.reason);
  }

  /** The server's observations of a trace. */
  async findSpans(traceId: string, fromMs: number): Promise<Lookup> {
    const spans = new Map<string, FoundSpan>();
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({
        traceId,
        fromStartTime: new Date(fromMs).toISOString(),
        fields: 'core,basic',
        limit: String(PAGE),
        ...(cursor ? { cursor } : {}),
      });
      try {
        const response = await this.#fetch(`/api/public/v2/observations?${query}`, { method: 'GET' });
        if (response.status === 429) {
          return { kind: 'later', waitMs: retryAfter(response) };
        }
        if (response.status === 404) {
          return { kind: 'unsupported' };
        }
        if (response.status >= 400) {
          return { kind: 'failed', reason: await explain(response) };
        }
        const page = await readAnswer(response);
        // Without the list, the server's state is unknown.
        if (isForeign(page) || !Array.isArray(page.data)) {
          return { kind: 'failed', reason: isForeign(page) ? page.reason : 'an answer without data' };
        }
        for (const { id, name, type, startTime } of recordsIn(page, 'data')) {
          spans.set(String(id), { id: String(id), name, type, startTime });
        }
        const next = isRecord(page.meta) ? page.meta.cursor : undefined;
        cursor = typeof next === 'string' && next !== '' ? next : undefined;
      } catch (error) {
        return { kind: 'failed', reason: cause(error).message };
      }
    } while (cursor);
    return { kind: 'found', spans };
  }

  async #post(
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Outcome | { kind: 'answered'; status: number; body: Record<string, unknown> }> {
    try {
      const response = await this.#fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...headers },
        body: await zipped(JSON.stringify(body)),
      });
      const { status } = response;
      if (status < 400) {
        const answer = await readAnswer(response);
        return isForeign(answer) ? answer : { kind: 'answered', status, body: answer };
      }
      const reason = await explain(response);
      if (status === 429) {
        return { kind: 'later', waitMs: retryAfter(response), reason };
      }
      if (status === 401 || status === 403 || status === 404 || status === 405) {
        return { kind: 'denied', status, reason };
      }
      return status < 500 ? { kind: 'refused', status, reason } : { kind: 'unknown', reason };
    } catch (error) {
      const { code, message } = cause(error);
      return code && NOT_SENT.has(code)
        ? { kind: 'unsent', reason: message }
        : { kind: 'unknown', reason: message };
    }
  }

  async #get(
    path: string,
  ): Promise<
    | { kind: 'answered'; body: Record<string, unknown> }
    | { kind: 'denied'; reason: string; isJson: boolean }
    | { kind: 'unsure'; reason: string }
    | Foreign
  > {
    try {
      const response = await this.#fetch(path, { method: 'GET' });
      if (response.status < 400) {
        const answer = await readAnswer(response);
        return isForeign(answer) ? answer : { kind: 'answered', body: answer };
      }
      const isJson = (response.headers.get('content-type') ?? '').includes('json');
      const reason = await explain(response);
      if (response.status === 401 || response.status === 403) {
        return { kind: 'denied', reason, isJson };
      }
      return response.status === 429 || response.status >= 500 ? { kind: 'unsure', reason } : foreign(reason);
    } catch (error) {
      return { kind: 'unsure', reason: cause(error).message };
    }
  }

  #fetch(
    path: string,
    init: { method: string; headers?: Record<string, string>; body?: ArrayBuffer },
  ): Promise<Response> {
    const { body, ...rest } = init;
    return fetch(this.#baseUrl + path, {
      ...rest,
      headers: { ...rest.headers, authorization: this.#authorization },
      ...(body ? { body } : {}),
      // Not followed and not an error, so that the message can name the target.
      redirect: 'manual',
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
  }
}

/** Without Node's zlib, because a team's server sends from a Worker. */
function zipped(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream as ReadableStream<Uint8Array>).arrayBuffer();
}

function outcomeOf(event: { readonly status: number; readonly reason: string } | undefined): Outcome {
  if (event === undefined) {
    return foreign('an answer that leaves out a score');
  }
  const { status, reason } = event;
  if (status < 300) {
    return { kind: 'accepted' };
  }
  return status === 429 || status >= 500
    ? { kind: 'later', waitMs: DEFAULT_WAIT_MS, reason }
    : { kind: 'refused', status, reason: `HTTP ${status} ${reason}` };
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
  // If the body is an HTML page, the message says only that.
  const isPage = /^\s*<(!doctype|html)/i.test(text);
  const words = isPage ? 'with an HTML page' : text.slice(0, 200).replace(/\s+/g, ' ');
  return `HTTP ${response.status} ${words}`.trim();
}

function cause(error: unknown): { code: string | undefined; message: string } {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return {
    code: (inner as NodeJS.ErrnoException)?.code,
    message: inner instanceof Error ? inner.message : String(inner),
  };
}
