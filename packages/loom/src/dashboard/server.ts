import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { listen } from '../listen.js';
import type { Database } from '../store/database.js';
import type { Asset } from './assets.js';
import { Guard, type Refusal } from './guard.js';
import { SECURITY_HEADERS } from './headers.js';
import { Live } from './live.js';
import { answerView } from './routes.js';
import { type ViewContext, ViewError } from './views/view.js';

export interface DashboardOptions {
  readonly port: number;
  readonly host: string;
  readonly token: string;
  /** Opened for reading only. */
  readonly db: Database;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Answers what exporters and agents send: everything below `/api/public/` and `/v1/`. */
  readonly receive: RequestListener;
  readonly now: () => number;
  readonly context: Omit<ViewContext, 'db' | 'now' | 'receiverUrl'>;
  /** Names under which other machines may ask, where it listens for them. */
  readonly hosts?: readonly string[];
}

export interface Dashboard {
  /** Where it listens, such as `http://127.0.0.1:4319`. */
  readonly url: string;
  /** The same with the token, to be opened in a browser. */
  readonly openUrl: string;
  /** A trace has come or grown: tells open pages. */
  traceChanged(id: string): void;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** One server for the page, its answers and the receiver. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { host, token, db, assets, receive, now } = options;
  const live = new Live(db, now);
  const server = createServer();
  const { url, name, port } = await listen(server, options.port, host);
  const guard = new Guard({ token, port, hosts: [name, ...(options.hosts ?? [])] });
  const context = { ...options.context, db, receiverUrl: url };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answer = new Answer(response);
    const target = URL.canParse(request.url ?? '/', url) ? new URL(request.url ?? '/', url) : undefined;
    if (!target) {
      answer.refuse({ status: 400, message: 'This is no address.' });
      return;
    }
    if (/^\/(api\/public|v1)\//.test(target.pathname)) {
      receive(request, response);
      return;
    }
    const refusal = methodRefusal(request) ?? guard.stranger(request);
    if (refusal) {
      answer.refuse(refusal);
    } else if (target.pathname === '/' && target.searchParams.has('token')) {
      signIn(guard, answer, target);
    } else if (!guard.hasCookie(request)) {
      answer.refuse({
        status: 401,
        message: 'Open the address that `lm dashboard` printed; it lets you in.',
      });
    } else if (target.pathname === '/view/live') {
      live.listen(answer.events());
    } else if (target.pathname.startsWith('/view/')) {
      answerWithView(answer, { ...context, now: now() }, target);
    } else {
      answer.asset(assets.get(target.pathname === '/' ? '/index.html' : target.pathname));
    }
  });
  return {
    url,
    openUrl: `${url}/?token=${token}`,
    traceChanged: (id) => live.trace(id),
    close: () =>
      new Promise((resolve) => {
        live.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What is shown can be read and not changed: there is nothing else to ask for. */
function methodRefusal(request: IncomingMessage): Refusal | undefined {
  return request.method === 'GET' ? undefined : { status: 405, message: 'Only GET is answered here.' };
}

/** Takes the token out of the address bar and the browser's history, into a cookie. */
function signIn(guard: Guard, answer: Answer, target: URL): void {
  if (!guard.hasToken(target.searchParams)) {
    answer.refuse({
      status: 401,
      message: 'This token is not of this dashboard. Open the address that `lm dashboard` printed.',
    });
    return;
  }
  target.searchParams.delete('token');
  answer.redirect(`${target.pathname}${target.search}`, guard.cookie());
}

async function answerWithView(answer: Answer, context: ViewContext, target: URL): Promise<void> {
  try {
    const path = target.pathname.slice('/view/'.length);
    answer.json(200, await answerView(context, path, target.searchParams));
  } catch (error) {
    if (error instanceof ViewError) {
      answer.json(error.status, { error: error.message });
    } else {
      answer.json(500, { error: `The dashboard failed: ${(error as Error).message}` });
    }
  }
}

/** One response, always with the headers that keep the page to itself. */
class Answer {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  json(status: number, body: unknown): void {
    this.#end(status, 'application/json; charset=utf-8', JSON.stringify(body));
  }

  refuse({ status, message }: Refusal): void {
    this.json(status, { error: message });
  }

  asset(asset: Asset | undefined): void {
    if (asset) {
      this.#end(200, asset.type, asset.body);
    } else {
      this.refuse({ status: 404, message: 'There is nothing here.' });
    }
  }

  redirect(location: string, cookie: string): void {
    this.#response.writeHead(303, { ...SECURITY_HEADERS, location, 'set-cookie': cookie });
    this.#response.end();
  }

  /** Opens a stream of server-sent events. */
  events(): ServerResponse {
    this.#response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' });
    return this.#response;
  }

  #end(status: number, type: string, body: string | Buffer): void {
    this.#response.writeHead(status, {
      ...SECURITY_HEADERS,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
    });
    this.#response.end(body);
  }
}
