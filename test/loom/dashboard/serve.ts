import type { RequestListener } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Views } from '../../../packages/loom/src/dashboard/contract/views.js';
import { type Dashboard, startDashboard } from '../../../packages/loom/src/dashboard/server.js';
import type { ViewContext } from '../../../packages/loom/src/dashboard/views/view.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';

export const TOKEN = '0123456789abcdef0123456789abcdef';

const PAGE = new Map([
  [
    '/index.html',
    { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html><title>page</title>') },
  ],
  ['/app.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('0') }],
]);

export interface Served extends Dashboard {
  readonly cookie: string;
  /** A view's answer, asked as the page asks. */
  view<K extends keyof Views>(path: string): Promise<Views[K]>;
}

/** The dashboard over a Loom folder, with a page of one line, closed when the test ends. */
export async function serve(
  loomDir: string,
  options: {
    receive?: RequestListener;
    now?: () => number;
    context?: Partial<ViewContext>;
  } = {},
): Promise<Served> {
  const db = openLoomForReading(loomDir);
  const dashboard = await startDashboard({
    port: 0,
    host: '127.0.0.1',
    token: TOKEN,
    db,
    assets: PAGE,
    receive: options.receive ?? ((_request, response) => response.end('received')),
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
  const cookie = `loom_${new URL(dashboard.url).port}=${TOKEN}`;
  return {
    ...dashboard,
    cookie,
    view: async (path) => {
      const { status, body } = await get(`${dashboard.url}/view/${path}`, { cookie });
      if (status !== 200) {
        throw new Error(`${path}: ${status} ${body}`);
      }
      return JSON.parse(body);
    },
  };
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with exactly these headers: `fetch` would not let a test lie about Host and Origin. */
export function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Sends these bytes and gives back the first that come. */
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
