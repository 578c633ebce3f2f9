import { waitUntil } from 'cloudflare:workers';
import { Refused } from '../http/refused.js';
import {
  type Access,
  json,
  type Reply,
  type Route,
  requireRoute,
  routesOf,
  unroutedAccess,
} from '../http/route.js';
import { receiverRoutes } from '../receiver/routes.js';
import { LOOM_VERSION } from '../receiver/version.js';
import { contextOf, type ServerContext } from './context.js';
import type { Env } from './env.js';
import { readBody } from './gate/body.js';
import { refuseOtherServices } from './gate/bound.js';
import type { Caller } from './gate/caller.js';
import { type Need, secured } from './gate/gate.js';
import { listen, notifyPages } from './live.js';
import { pageRoutes } from './page.js';

const NEEDS: Readonly<Record<Access, Need>> = {
  open: 'open',
  count: 'write',
  write: 'write',
  read: 'read',
  page: 'page',
  'sign-in': 'page',
};

/**
 * Responds to one request.
 * @param bound the Worker of the same account that calls through a service binding
 */
export async function respond(request: Request, env: Env, bound?: Caller): Promise<Response> {
  let context: ServerContext | undefined;
  let route: Route | undefined;
  try {
    context = contextOf(env, waitUntil);
    const gateResponse = await context.gate.answer(request);
    if (gateResponse) {
      return gateResponse;
    }
    const url = new URL(request.url);
    const session: { caller?: Caller | undefined } = {};
    const ofPath = routesOf(routesFor(context, env, url, session), url.pathname);
    route = ofPath.find(({ method }) => method === request.method) ?? ofPath[0];
    session.caller = await context.gate.admit(
      request,
      NEEDS[route?.access ?? unroutedAccess(url.pathname)],
      bound,
    );
    if (url.pathname === '/view/live') {
      return securedUnlessSocket(await listen(request, env, context.sql), session.caller);
    }
    return secured(
      await answer(request, url, requireRoute(route, request.method, ofPath), context),
      session.caller,
    );
  } catch (error) {
    return failed(request, error, context, route);
  }
}

function routesFor(
  { store, viewing, forwarding }: ServerContext,
  env: Env,
  url: URL,
  session: { readonly caller?: Caller | undefined },
): Route[] {
  const receiver = receiverRoutes({
    version: LOOM_VERSION,
    store: {
      observations: (query) => store.observations(query),
      add: (arrivals) => {
        refuseOtherServices(arrivals, session.caller?.service ?? null);
        return store.add(arrivals);
      },
    },
    onChange: (ids) => {
      if (ids.size > 0) {
        notifyPages(env, { waitUntil });
        forwarding?.schedule({ waitUntil });
      }
    },
  });
  return [...receiver, ...pageRoutes(viewing(url.origin), env.LIVE !== undefined, session)];
}

async function answer(
  request: Request,
  url: URL,
  route: Route,
  { budget }: ServerContext,
): Promise<Response> {
  const reservation = budget.open();
  try {
    const body = () => readBody(request, { maxBytes: route.maxBytes, budget, reservation });
    return responseOf(await route.answer({ headers: request.headers, url, body }));
  } finally {
    reservation.release();
  }
}

function responseOf({ status, type, body, headers }: Reply): Response {
  return new Response((body ?? null) as BodyInit | null, {
    status,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
  });
}

/** A refusal has its own status and message; any other error is a failure of the server. */
function failed(
  request: Request,
  error: unknown,
  context: ServerContext | undefined,
  route: Route | undefined,
): Response {
  if (error instanceof Refused) {
    const gateResponse = context?.gate.signInFor(request, error);
    if (gateResponse) {
      return gateResponse;
    }
    return secured(refusal(request, error.status, error.message, error.headers, route));
  }
  // The error is only logged: the caller may not be signed in, and a database error can contain request data.
  // biome-ignore lint/suspicious/noConsole: the log of a Worker is its console
  console.error(error);
  return secured(
    refusal(
      request,
      500,
      'The server failed. `wrangler tail` shows the reason when you repeat this request.',
      {},
      route,
    ),
  );
}

function refusal(
  request: Request,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>>,
  route: Route | undefined,
): Response {
  const reply = route?.refusal?.(request.headers, message) ?? json(status, { error: message, message });
  return responseOf({ ...reply, status, headers: { ...reply.headers, ...headers } });
}

/** A response with a WebSocket can't be copied. */
function securedUnlessSocket(response: Response, caller: Caller | undefined): Response {
  return response.status === 101 ? response : secured(response, caller);
}
