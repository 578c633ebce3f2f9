import { requests, storage } from '../active.js';
import type { Options } from '../node.js';
import type { Request } from './request.js';

// biome-ignore lint/suspicious/noExplicitAny: a request context of any library; every step is guarded
type Any = any;

/** Open requests by an object that their handler gets, then by id, because a batch shares its HTTP request. */
const carried = new WeakMap<object, Map<unknown, Request>>();
/** Open requests → their arrival, in milliseconds of `performance.now()`. */
const open = new Map<Request, number>();
/** Milliseconds after which an unanswered request is forgotten, because it may have been cut off. */
const LATE = 60_000;

/**
 * Connects a handler's trace with its request, if the platform has no AsyncLocalStorage.
 * @param id the request's id in the request context of its handler
 * @param carriers objects that the handler may get: the HTTP request, the message or a part of it
 */
export function remember(request: Request, id: unknown, ...carriers: unknown[]): void {
  if (storage) return;
  requests.find = find;
  const now = performance.now();
  for (const [one, came] of open) if (now - came > LATE || !one.node.isOpen()) open.delete(one);
  open.set(request, now);
  for (const carrier of carriers) {
    if (typeof carrier !== 'object' || !carrier) continue;
    if (!carried.has(carrier)) carried.set(carrier, new Map());
    carried.get(carrier)?.set(id, request);
  }
}

/** The tool's part of a trace's name. Code that several servers share may use another server's name. */
const toolIn = (name: string) => name.slice(name.indexOf(':'));

function find({ context, input, name }: Options) {
  const { requestInfo, http, _meta, mcpReq, requestId, call }: Any = context ?? {};
  for (const carrier of [requestInfo, http?.req, _meta, mcpReq?._meta, call, input]) {
    const byId = carried.get(Object(carrier));
    const [first] = byId?.values() ?? [];
    const found = byId?.get(requestId ?? mcpReq?.id) ?? (byId?.size === 1 ? first : undefined);
    if (found) return found.node;
  }
  // The handler got none of these objects. Two open requests with the same name can't be distinguished.
  const [only, other] = [...open.keys()].filter((one) => toolIn(one.name()) === toolIn(name) && one.isFree());
  return other ? undefined : only?.node;
}
