import { request } from 'node:http';

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with exactly these headers: With `fetch`, a test could not set Host and Origin. */
export function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.once('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The headers of a browser that has opened the page. */
export interface PageHeaders extends Record<string, string> {
  readonly host: string;
  readonly cookie: string;
}

/**
 * Opens the address that `lm dashboard` prints, like a browser. The first response redirects to a host name that only
 * browsers resolve to this machine. The response there sets the cookie.
 */
export async function openPage(openUrl: string): Promise<PageHeaders> {
  const first = await get(openUrl);
  const page = new URL(String(first.headers.location));
  const { host } = page;
  const second = await get(`${new URL(openUrl).origin}/${page.search}`, { host });
  const [cookie] = (second.headers['set-cookie'] as string[] | undefined) ?? [];
  if (!cookie) {
    throw new Error(`The page did not open: ${first.status} ${first.body} ${second.status} ${second.body}`);
  }
  return { host, cookie: cookie.split(';')[0] ?? '' };
}
