import { applyBeforeSend } from './before-send.js';
import { maskText } from './mask.js';
import { errorMessage } from './outcome.js';
import { readText } from './response.js';
import type { Settings } from './settings.js';
import type { SpanData } from './span.js';
import { newQueue, type Target } from './targets/target.js';
import { warnOnce } from './warn.js';

/** Spans and scores that are sent together. */
export interface Parcel {
  settings: Settings;
  spans: SpanData[];
  /** Each is the JSON text for the server. */
  scores: string[];
}

/**
 * The largest number of running exports to one target. With more, the server is slow or down, and memory must
 * stay bounded.
 */
const IN_FLIGHT_MAX = 32;
/**
 * The largest number of characters that wait for them. With more, exports are dropped before they are
 * encoded.
 */
const QUEUE_MAX = 2_000_000;
/**
 * Limits of one request. The server accepts 4.5 MB (its documentation says 3.5) and documents no limit on
 * spans.
 */
const MAX_SPANS = 500;
/**
 * The largest number of characters in a request. Each has up to three bytes in UTF-8, so the limit is 2 MB.
 */
const MAX_CHARS = 666_000;
const ATTEMPTS = 3;
/** Milliseconds before the second attempt. The time doubles for the third, and half of it is random. */
const BACKOFF = 400;
/** The time limit of one attempt, in milliseconds. */
const ATTEMPT_TIMEOUT = 5_000;

/** Sends everything to each target. Never rejects: failures go to `onError`, and to the console once. */
export async function send(parcel: Parcel): Promise<void> {
  const { settings, scores } = parcel;
  const { beforeSend } = settings;
  const spans = beforeSend ? await applyBeforeSend(parcel.spans, settings, beforeSend) : parcel.spans;
  if (spans.length + scores.length === 0) return;
  await Promise.all(settings.targets.map((target) => sendTo(target, { settings, spans, scores })));
}

async function sendTo(target: Target, { settings, spans, scores }: Parcel): Promise<void> {
  const { busy, queue } = target;
  const isFull = busy.size >= IN_FLIGHT_MAX && isBusy(target);
  if (isFull && queue.chars > QUEUE_MAX) return drop(settings, target, 1);
  for (const span of spans) {
    const json = target.encode(span);
    queue.spans.push(json);
    queue.chars += json.length;
  }
  if (target.scores) queue.scores.push(...scores);
  queue.exports++;
  // Requests share no promises. The next request that returns from the server sends the waiting records,
  // together.
  if (isFull) return;
  const ticket = { until: Date.now() + 2 * settings.timeout };
  busy.add(ticket);
  let isFine = true;
  // One round for itself and one for others, so that no request works for others forever.
  for (let turn = 0; isFine && turn < 2 && queue.exports; turn++)
    isFine = await sendWithRetries(target, settings, spans[0]);
  busy.delete(ticket);
  if (!isFine) drop(settings, target, empty(queue).exports);
  if (!target.dropped) return;
  const minute = Math.floor(Date.now() / 60_000);
  const words = `${target.url} is slow or down: ${target.dropped} exports were dropped, to keep memory bounded`;
  warnOnce(maskText(words), `${target.url} ${minute}`);
  target.dropped = 0;
}

/** True if the limit is really reached. A request that was cut off never reports the end of its export. */
function isBusy({ busy }: Target): boolean {
  for (const ticket of busy) if (ticket.until < Date.now()) busy.delete(ticket);
  return busy.size >= IN_FLIGHT_MAX;
}

function drop(settings: Settings, target: Target, exports: number): void {
  target.dropped += exports;
  if (exports) tell(settings, `traces are lost, ${IN_FLIGHT_MAX} exports are under way to ${target.url}`);
}

function empty(queue: Target['queue']): Target['queue'] {
  const taken = { ...queue };
  Object.assign(queue, newQueue());
  return taken;
}

/** Sends everything that waits. False if some of it did not arrive. */
async function sendWithRetries(
  target: Target,
  settings: Settings,
  first: SpanData | undefined,
): Promise<boolean> {
  const { spans, scores } = empty(target.queue);
  const deadline = Date.now() + settings.timeout;
  const requests: Promise<boolean>[] = [];
  let chunk: string[] = [];
  let chars = 0;
  const close = () => {
    if (chars && first)
      requests.push(post(settings, target, target.url, target.body(chunk, first), deadline));
    chunk = [];
    chars = 0;
  };
  for (const json of spans) {
    if (chunk.length === MAX_SPANS || chars + json.length > MAX_CHARS) close();
    chunk.push(json);
    chars += json.length;
  }
  close();
  for (const score of scores) requests.push(post(settings, target, target.scores as string, score, deadline));
  return (await Promise.all(requests)).every(Boolean);
}

async function post(
  settings: Settings,
  target: Target,
  url: string,
  body: string,
  deadline: number,
): Promise<boolean> {
  let fault = 'was not asked in time';
  let kind: unknown;
  for (let attempt = 0, wait = 0; attempt < ATTEMPTS && Date.now() + wait < deadline; attempt++) {
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
    wait = BACKOFF * 2 ** attempt * (1 - Math.random() / 2);
    const left = deadline - Date.now();
    // A busy thread may wake late, and a negative time throws.
    if (left < 0) break;
    const signal = AbortSignal.timeout(Math.min(ATTEMPT_TIMEOUT, left));
    let given = target.headers();
    try {
      if (given instanceof Promise) given = await within(signal, given);
    } catch (error) {
      kind = given;
      fault = `has no keys, the Secrets Store did not give them: ${errorMessage(error)}`;
      continue;
    }
    try {
      const response = await (target.via ?? globalThis).fetch(url, {
        method: 'POST',
        body,
        headers: { ...given, 'content-type': 'application/json' },
        // A redirect would turn the POST into a GET and send the keys to another server.
        redirect: 'manual',
        signal,
      });
      const { status, ok, headers } = response;
      const answer = await readText(response.body).catch(() => '');
      const isPage = /^\s*</.test(answer);
      // OTLP's partial success: the status is 200, and the body has the number of rejected spans.
      if (ok && !isPage && !/rejectedSpans\W+[1-9]/.test(answer)) return true;
      kind = status;
      fault = `answered ${status} ${isPage ? 'with a page of HTML: is this the address of its API?' : answer.slice(0, 200)}`;
      const to = headers.get('location');
      if (to) fault += `, a redirect to ${to.replace(/[?#].*/, '')}`;
      if (status === 401 || status === 403) fault += `: check ${target.keys}`;
      // Retry-After has seconds or a date (RFC 9110, 10.2.3).
      const after = headers.get('retry-after') ?? '';
      if (status === 429) wait = Number(after) * 1000 || Date.parse(after) - Date.now() || wait;
      else if (status < 500) break;
    } catch (error) {
      kind = 0;
      fault = `cannot be reached: ${errorMessage(error)}${cause(error)}`;
    }
  }
  const message = `traces are lost, ${url} ${fault}`;
  warnOnce(maskText(message), kind);
  tell(settings, message);
  // A rejection says nothing about the connection.
  return typeof kind === 'number' && kind >= 200 && kind < 500;
}

/**
 * The user's own listener gets every error. The address may contain a password, and the answer may contain
 * the sent data.
 */
function tell(settings: Settings, message: string): void {
  try {
    settings.onError?.(new Error(maskText(message)));
  } catch {
    // The listener itself failed; there is no one left to notify.
  }
}

/** Result of `work`, unless `signal` aborts first. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  ]);
}

/** In Node, the reason is in the error's cause, or in the first of several causes. */
function cause(error: unknown): string {
  const { cause } = Object(error);
  const code = cause?.code ?? cause?.errors?.[0]?.code ?? cause?.message;
  return code ? ` (${code})` : '';
}
