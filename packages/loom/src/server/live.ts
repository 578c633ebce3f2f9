import { DurableObject } from 'cloudflare:workers';
import { Refused } from '../http/refused.js';
import type { Sql } from '../store/sql.js';
import type { Env, Later } from './env.js';

/** All pages of a server share one object. */
const ROOM = 'pages';
/** Minimum interval between two messages of one isolate to open pages, in ms. */
const NOTIFY_EVERY_MS = 1000;
/** Polling interval of a stream without the binding, in ms. */
const POLL_MS = 5000;
/**
 * A stream ends after this many polls, and the page opens a new one. The free plan allows 50 queries for one
 * request.
 */
const POLLS = 40;

interface Sockets {
  acceptWebSocket(socket: unknown): void;
  getWebSockets(): { send(text: string): void }[];
  setWebSocketAutoResponse(pair: unknown): void;
}

/** Has the pages' WebSockets. They stay open while the object hibernates between events. */
export class Live extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    const sockets = this.ctx as unknown as Sockets;
    if (request.headers.get('upgrade') === 'websocket') {
      const { 0: page, 1: own } = new WebSocketPair();
      sockets.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
      sockets.acceptWebSocket(own);
      return new Response(null, { status: 101, webSocket: page } as ResponseInit);
    }
    const text = await request.text();
    for (const socket of sockets.getWebSockets()) {
      try {
        socket.send(text);
      } catch {
        // The socket is already closed.
      }
    }
    return new Response(null, { status: 204 });
  }

  override webSocketClose(socket: { close(): void }): void {
    socket.close();
  }
}

let notifiedAt = 0;
let isNotifying = false;

/** Notifies open pages of new data. Several events within a second cause one message. */
export function notifyPages(env: Env, later: Later): void {
  const { LIVE } = env;
  if (!LIVE || isNotifying) {
    return;
  }
  isNotifying = true;
  const wait = Math.max(0, notifiedAt + NOTIFY_EVERY_MS - Date.now());
  const notify = async () => {
    if (wait > 0) {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    isNotifying = false;
    notifiedAt = Date.now();
    await roomOf(LIVE).fetch(
      new Request('https://live/changed', { method: 'POST', body: JSON.stringify({ at: notifiedAt }) }),
    );
  };
  later.waitUntil(
    notify().catch(() => {
      isNotifying = false;
    }),
  );
}

/** A WebSocket if there is a LIVE binding; otherwise an event stream that polls. */
export function listen(request: Request, env: Env, sql: Sql): Promise<Response> | Response {
  if (request.headers.get('upgrade') === 'websocket') {
    if (!env.LIVE) {
      throw new Refused(426, 'There is no binding LIVE. Request an event stream.');
    }
    return roomOf(env.LIVE).fetch(request);
  }
  return new Response(polled(sql), { headers: { 'content-type': 'text/event-stream' } });
}

function roomOf(live: NonNullable<Env['LIVE']>) {
  return live.get(live.idFromName(ROOM));
}

function polled(sql: Sql): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let before: number | undefined;
  let polls = 0;
  return new ReadableStream({
    start: (to) => to.enqueue(encoder.encode('retry: 1000\n\n')),
    pull: async (to) => {
      if (polls > 0) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      polls += 1;
      const row = await sql
        .get<{ version: number }>('SELECT COALESCE(SUM(version), 0) AS version FROM trace_hour_versions')
        .catch(() => undefined);
      const version = row?.version ?? before;
      const isNew = before !== undefined && version !== before;
      before = version;
      to.enqueue(
        encoder.encode(isNew ? `event: changed\ndata: {"at":${Date.now()}}\n\n` : ': still here\n\n'),
      );
      if (polls >= POLLS) {
        to.close();
      }
    },
  });
}
