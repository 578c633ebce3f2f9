import { maskText } from './mask.js';
import { errorMessage } from './outcome.js';
import type { Settings } from './settings.js';
import { warnOnce } from './warn.js';

/** Spans and scores of one destination, each as the JSON text that the server takes. */
export interface Parcel {
  settings: Settings;
  spans: string[];
  scores: string[];
}

/** Bounds of one request. The server takes 4.5 MB (its documentation says 3.5) and names no number of spans. */
const MAX_SPANS = 500;
/** Characters of a request. In UTF-8 each has up to three bytes: 2 MB. */
const MAX_CHARS = 666_000;
const ATTEMPTS = 3;
/** Milliseconds before the second attempt; doubled before the third, and half of it is left to chance. */
const BACKOFF = 400;
/** Milliseconds after which an attempt that had no answer is given up. */
const ATTEMPT_TIMEOUT = 5_000;

/** The server copies all attributes into the metadata of every span whose scope's name begins otherwise. */
const HEAD = '{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"langfuse-sdk-create-something"},"spans":[';

/** Sends everything. Never rejects: what fails is told to `onError`, and to the console once. */
export async function send({ settings, spans, scores }: Parcel): Promise<void> {
  const deadline = Date.now() + settings.timeout;
  const requests = scores.map((score) => post(settings, 'scores', score, deadline));
  let chunk: string[] = [];
  let chars = 0;
  const ship = () => {
    if (chars) requests.push(post(settings, 'otel/v1/traces', `${HEAD}${chunk}]}]}]}`, deadline));
    chunk = [];
    chars = 0;
  };
  for (const span of spans) {
    if (chunk.length === MAX_SPANS || chars + span.length > MAX_CHARS) ship();
    chunk.push(span);
    chars += span.length;
  }
  ship();
  await Promise.all(requests);
}

async function post(settings: Settings, path: string, body: string, deadline: number): Promise<void> {
  const url = `${settings.baseUrl}/api/public/${path}`;
  let fault = '';
  let kind: unknown;
  for (let attempt = 0, wait = 0; attempt < ATTEMPTS && Date.now() + wait < deadline; attempt++) {
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
    wait = BACKOFF * 2 ** attempt * (1 - Math.random() / 2);
    try {
      // Only bindings have to be waited for: every wait is a turn of the event loop for every export.
      let { publicKey, secretKey } = settings;
      if (typeof publicKey !== 'string') publicKey = await publicKey.get();
      if (typeof secretKey !== 'string') secretKey = await secretKey.get();
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          authorization: `Basic ${btoa(`${publicKey.trim()}:${secretKey.trim()}`)}`,
          'content-type': 'application/json',
          'x-langfuse-ingestion-version': '4',
        },
        // Followed, a redirect would turn the POST into a GET and carry the keys elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.min(ATTEMPT_TIMEOUT, deadline - Date.now())),
      });
      const { status, ok, headers } = response;
      const answer = await response.text().catch(() => '');
      // OTLP's partial success: the answer is 200, and counts the spans that were refused.
      if (ok && !/rejectedSpans\W+[1-9]/.test(answer)) return;
      kind = status;
      fault = `answered ${status} ${answer.slice(0, 200)}`;
      if (status === 401 || status === 403) {
        fault +=
          ': check LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and that LANGFUSE_BASE_URL is their region';
      }
      // Retry-After has seconds or a date (RFC 9110, 10.2.3).
      const after = headers.get('retry-after') ?? '';
      if (status === 429) wait = Number(after) * 1000 || Date.parse(after) - Date.now() || wait;
      else if (status < 500) break;
    } catch (error) {
      kind = 0;
      fault = `cannot be reached: ${errorMessage(error)}`;
    }
  }
  // The address may hold a password, and the answer what was sent.
  const message = maskText(`traces are lost, ${url} ${fault}`);
  warnOnce(message, kind);
  try {
    settings.onError?.(new Error(message));
  } catch {
    // The user's own listener failed; there is nobody left to tell.
  }
}
