import { createServer } from 'node:http';
import { KeyRing, type Keys, keysOf } from '../http/keys.js';
import { listen } from '../http/listen.js';
import { PageSessions } from '../http/page-sessions.js';
import type { Route } from '../http/route.js';
import { serveRoutes } from '../http/serve.js';
import type { Database } from '../store/database.js';
import { LocalSql } from '../store/sql.js';
import type { Asset } from './assets.js';
import { laptopHome } from './laptop.js';
import { Live } from './live.js';
import { pageRoutes } from './page-routes.js';
import type { ViewContext } from './views/view.js';

export interface DashboardOptions {
  readonly port: number;
  readonly host: string;
  readonly token: string;
  /** Opened read-only. */
  readonly db: Database;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Data from exporters and agents: everything below `/api/public/` and `/v1/`. */
  readonly receive: readonly Route[];
  readonly now: () => number;
  /** Called when a program sends gRPC, which is not supported. */
  readonly onGrpc?: () => void;
  readonly context: Omit<ViewContext, 'db' | 'home' | 'now' | 'receiverUrl'>;
}

export interface Dashboard {
  /** Its address, such as `http://127.0.0.1:4319`. */
  readonly url: string;
  /** The same address with the token, to open in a browser. */
  readonly openUrl: string;
  /** `openUrl` redirects to this address. Its host name is unique to this port. */
  readonly pageUrl: string;
  /** Exporters with these keys may write from anywhere, and read. */
  readonly keys: Keys;
  /** All its routes. */
  readonly routes: readonly Route[];
  /** Notifies open pages that a trace is new or changed. */
  traceChanged(id: string): void;
  /** Closes every connection immediately. */
  close(): Promise<void>;
}

/** One server for the page, its views and the receiver. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { host, token, db, assets, receive, now } = options;
  const sql = new LocalSql(db);
  const live = new Live(db, sql, now);
  const server = createServer();
  const at = await listen(server, options.port, host);
  const keys = keysOf(token);
  const pages = new PageSessions(token, at.port, now);
  const context = { ...options.context, db: sql, home: laptopHome(db), receiverUrl: at.url };
  const routes = [...receive, ...pageRoutes({ live, assets, pages, context, now })];
  serveRoutes(server, { at, routes, keys: new KeyRing(keys), pages, onGrpc: options.onGrpc });
  return {
    url: at.url,
    openUrl: `${at.url}/?token=${token}`,
    pageUrl: `http://${pages.name}:${at.port}`,
    keys,
    routes,
    traceChanged: (id) => live.trace(id),
    close: () =>
      new Promise((resolve) => {
        live.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
