import { expect, it } from 'vitest';
import { project } from '../project.js';
import { get, raw, type Served, serve, TOKEN } from './serve.js';

async function dashboard(): Promise<Served> {
  return serve(project().loomDir);
}

it('the token in the address becomes a cookie and leaves the address bar', async () => {
  const { url, openUrl } = await dashboard();
  const opened = await get(openUrl);
  expect(opened.status).toBe(303);
  expect(opened.headers.location).toBe('/');
  const [cookie] = opened.headers['set-cookie'] as string[];
  expect(cookie).toBe(`loom_${new URL(url).port}=${TOKEN}; HttpOnly; SameSite=Strict; Path=/`);
  const page = await get(`${url}/`, { cookie: cookie?.split(';')[0] ?? '' });
  expect([page.status, page.body]).toEqual([200, '<!doctype html><title>page</title>']);
});

it('every path without the cookie is refused, and with a wrong token or cookie as well', async () => {
  const { url } = await dashboard();
  const { port } = new URL(url);
  const wrong = 'f'.repeat(32);
  for (const [path, headers] of [
    ['/', {}],
    ['/app.js', {}],
    ['/view/overview', {}],
    ['/view/live', {}],
    ['/nothing', {}],
    [`/?token=${wrong}`, {}],
    ['/?token=', {}],
    [`/view/overview?token=${TOKEN}`, {}],
    ['/view/overview', { cookie: `loom_${port}=${wrong}` }],
    ['/view/overview', { cookie: `loom_1=${TOKEN}` }],
    ['/view/overview', { authorization: `Bearer ${TOKEN}` }],
  ] as const) {
    const { status, headers: said, body } = await get(`${url}${path}`, headers);
    expect([path, status]).toEqual([path, 401]);
    expect(JSON.parse(body).error).toContain('lm dashboard');
    expect(said['set-cookie']).toBeUndefined();
  }
});

it('another Host, as after DNS rebinding, is refused with the right cookie and token', async () => {
  const { url, cookie } = await dashboard();
  const { port } = new URL(url);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', 'localhost']) {
    for (const path of ['/', '/view/overview', '/view/live', `/?token=${TOKEN}`]) {
      expect((await get(`${url}${path}`, { host, cookie })).status, `${host} ${path}`).toBe(403);
    }
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    expect((await get(`${url}/view/budgets`, { host, cookie })).status, host).toBe(200);
  }
});

it('what another page asks for is refused, whatever it holds', async () => {
  const { url, cookie } = await dashboard();
  const { port } = new URL(url);
  const strangers: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://localhost:${port}` },
    { origin: 'http://127.0.0.1:8787' },
  ];
  for (const headers of strangers) {
    for (const path of ['/', '/app.js', '/view/overview', '/view/live', `/?token=${TOKEN}`]) {
      expect((await get(`${url}${path}`, { ...headers, cookie })).status, JSON.stringify(headers)).toBe(403);
    }
  }
  for (const headers of [
    { 'sec-fetch-site': 'same-origin', origin: url },
    { 'sec-fetch-site': 'none' },
  ] as Record<string, string>[]) {
    expect((await get(`${url}/view/budgets`, { ...headers, cookie })).status).toBe(200);
  }
});

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s is not answered', async (method) => {
  const { url, cookie } = await dashboard();
  const { status, headers } = await get(`${url}/view/overview`, { cookie }, method);
  expect(status).toBe(405);
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

it('every answer keeps the page to itself', async () => {
  const { url, cookie, openUrl } = await dashboard();
  for (const [address, headers] of [
    [openUrl, {}],
    [`${url}/`, { cookie }],
    [`${url}/app.js`, { cookie }],
    [`${url}/view/overview`, { cookie }],
    [`${url}/view/nothing`, { cookie }],
    [`${url}/gone.js`, { cookie }],
    [`${url}/`, {}],
    [`${url}/`, { host: 'evil.example' }],
  ] as const) {
    const said = (await get(address, headers)).headers;
    expect(said).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(Object.keys(said).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

it('no path of a request reaches the disk', async () => {
  const { url, cookie } = await dashboard();
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/app.js%00.html',
    '//etc/passwd',
    '/..\\x.js',
  ]) {
    expect((await get(`${url}${path}`, { cookie })).status, path).toBe(404);
  }
});

it('views that are not there, or are asked badly, say what is wrong', async () => {
  const { url, cookie } = await dashboard();
  for (const [path, status, words] of [
    ['nothing', 404, 'no view'],
    ['traces/unknown', 404, 'no trace unknown'],
    ['sessions/unknown', 404, 'no session unknown'],
    ['traces/x/y/z', 404, 'no view'],
    ['__proto__', 404, 'no view'],
    ['traces/%E0%A4%A', 400, 'URL-encoded'],
    ['traces?limit=0', 400, 'limit must be'],
    ['traces?limit=501', 400, 'limit must be'],
    ['traces?status=odd', 400, 'status must be'],
    ['traces?sort=name', 400, 'sort must be'],
    ['traces?before=1', 400, 'before must be'],
    ['traces?before=a-b', 400, 'before must be'],
    ['traces?from=yesterday', 400, 'from must be'],
    ['traces?atlas=generate', 400, 'atlas must be'],
    ['traces?atlas=no.dimension%3Dx', 400, 'atlas must be'],
    ['trend?by=drop+table', 400, 'by must be'],
    ['atlas?dimension=%22', 400, 'dimension must be'],
    ['tools?days=1e9', 400, 'days must be'],
  ] as const) {
    const answer = await get(`${url}/view/${path}`, { cookie });
    expect([path, answer.status]).toEqual([path, status]);
    expect(JSON.parse(answer.body).error).toContain(words);
  }
});

it('what exporters send goes to the receiver, which asks for no cookie', async () => {
  const { url } = await dashboard();
  for (const path of ['/api/public/otel/v1/traces', '/api/public/health', '/v1/logs']) {
    expect((await get(`${url}${path}`, {}, 'POST')).body).toBe('received');
  }
});

it('a request whose target is no address is refused, and the server lives on', async () => {
  const { url, cookie } = await dashboard();
  for (const target of ['http://[', '//', 'http://:x/']) {
    expect(await raw(url, `GET ${target} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4\d\d /,
    );
  }
  expect((await get(`${url}/`, { cookie })).status).toBe(200);
});
