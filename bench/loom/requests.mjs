import { get as httpGet } from 'node:http';

/** The request of a browser after opening the page: the address redirects to its own name. */
export async function openPage(address) {
  const location = new URL((await request(address, {})).headers.location);
  const opened = await request(`${new URL(address).origin}/${location.search}`, { host: location.host });
  return { host: location.host, cookie: opened.headers['set-cookie'][0].split(';')[0] };
}

/** `fetch` can't set another Host. */
export function request(url, headers) {
  return new Promise((resolve, reject) => {
    const sent = httpGet(url, { headers }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode, headers: response.headers, body });
    });
    sent.once('error', reject);
  });
}
