import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Views } from '../../../packages/loom/src/dashboard/contract/views.js';
import { type Dashboard, startDashboard } from '../../../packages/loom/src/dashboard/server.js';
import type { ViewContext } from '../../../packages/loom/src/dashboard/views/view.js';
import { json, type Route } from '../../../packages/loom/src/http/route.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { get, openPage, type PageHeaders } from '../../harness/dashboard-page.js';

export const TOKEN = '0123456789abcdef0123456789abcdef';

const PAGE = new Map([
  [
    '/index.html',
    { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html><title>page</title>') },
  ],
  ['/app.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('0') }],
]);

const RECEIVED: Route = {
  method: 'POST',
  path: '/v1/received',
  access: 'write',
  maxBytes: 10,
  answer: () => json(200, 'received'),
};

export interface Served extends Dashboard {
  /** Headers of an open page. */
  readonly page: PageHeaders;
  /** A view's answer, requested like the page does. */
  view<K extends keyof Views>(path: string): Promise<Views[K]>;
}

/** The dashboard of a Loom folder, with a page of one line, closed at the end of the test. */
export async function serve(
  loomDir: string,
  options: {
    receive?: readonly Route[];
    port?: number;
    now?: () => number;
    context?: Partial<ViewContext>;
  } = {},
): Promise<Served> {
  const db = openLoomForReading(loomDir);
  const dashboard = await startDashboard({
    port: options.port ?? 0,
    host: '127.0.0.1',
    token: TOKEN,
    db,
    assets: PAGE,
    receive: options.receive ?? [RECEIVED],
    now: options.now ?? Date.now,
    context: {
      project: 'shop',
      langfuseUrl: null,
      platform: async () => ({ note: 'not asked', source: null, production: null, spans: [] }),
      ...options.context,
    },
  });
  onTestFinished(async () => {
    await dashboard.close();
    db.close();
  });
  const page = await openPage(dashboard.openUrl);
  return {
    ...dashboard,
    page,
    view: async (path) => {
      const { status, body } = await get(`${dashboard.url}/view/${path}`, page);
      if (status !== 200) {
        throw new Error(`${path}: ${status} ${body}`);
      }
      return JSON.parse(body);
    },
  };
}

/** Sends these bytes and returns the first ones that arrive. */
export function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.once('data', (bytes) => {
      resolve(bytes.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
