import { expect, it } from 'vitest';
import { get } from '../../harness/dashboard-page.js';
import { project } from '../project.js';
import { BAD_QUESTIONS } from './bad-questions.js';
import { raw, type Served, serve, TOKEN } from './serve.js';

// The server of a laptop. test/loom/server tests that of a team.
const HOUR = 3_600_000;

async function dashboard(): Promise<Served> {
  return serve(project().loomDir);
}

it('the token in the address starts a session with its own host name, and is removed from the address bar', async () => {
  const { url, openUrl, pageUrl } = await dashboard();
  const { port } = new URL(url);
  const first = await get(openUrl);
  const to = new URL(String(first.headers.location));
  expect([first.status, first.headers['set-cookie'], to.origin]).toEqual([303, undefined, pageUrl]);
  expect(to.hostname).toMatch(/^loom-[0-9a-f]{24}\.localhost$/);
  const again = `${url}/${to.search}`;
  const second = await get(again, { host: to.host });
  const [cookie = ''] = second.headers['set-cookie'] as string[];
  expect([second.status, second.headers.location]).toEqual([303, '/']);
  expect(cookie).toMatch(new RegExp(`^loom_${port}=\\S+; HttpOnly; SameSite=Strict; Path=/; Max-Age=28800$`));
  expect(cookie).not.toContain(TOKEN);
  const page = { host: to.host, cookie: cookie.split(';')[0] ?? '' };
  expect([(await get(`${url}/`, page)).status, (await get(`${url}/view/budgets`, page)).status]).toEqual([
    200, 200,
  ]);
  // The ticket was used, and the session is only for this host name.
  expect((await get(again, { host: to.host })).status).toBe(401);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
    expect((await get(`${url}/view/budgets`, { ...page, host })).status).toBe(401);
  }
  expect((await get(`${url}/?token=${TOKEN}`, { host: to.host })).headers.location).toBe('/');
});

it('a session ends, is renewed while it is used, and survives a restart', async () => {
  const { loomDir } = project();
  const clock = { now: 1_000_000 };
  const served = await serve(loomDir, { now: () => clock.now });
  const ask = (page = served.page) => get(`${served.url}/view/budgets`, page);
  expect((await ask()).headers['set-cookie']).toBeUndefined();
  clock.now += 5 * HOUR;
  const [renewed = ''] = (await ask()).headers['set-cookie'] as string[];
  clock.now += 4 * HOUR;
  expect((await ask()).status).toBe(401);
  const page = { ...served.page, cookie: renewed.split(';')[0] ?? '' };
  expect((await ask(page)).status).toBe(200);
  const { port } = new URL(served.url);
  await served.close();
  const restarted = await serve(loomDir, { now: () => clock.now, port: Number(port) });
  expect((await get(`${restarted.url}/view/budgets`, page)).status).toBe(200);
});

it('no path of the page exists without a session', async () => {
  const { url, page } = await dashboard();
  const { port } = new URL(url);
  const wrong = 'f'.repeat(32);
  const changed = `${page.cookie.slice(0, -1)}${page.cookie.endsWith('0') ? '1' : '0'}`;
  for (const [path, headers] of [
    ['/', {}],
    ['/app.js', {}],
    ['/view/overview', {}],
    ['/view/live', {}],
    ['/nothing', {}],
    [`/?token=${wrong}`, {}],
    ['/?token=', {}],
    ['/?ticket=', {}],
    [`/view/overview?token=${TOKEN}`, {}],
    ['/view/overview', { ...page, cookie: `loom_${port}=${TOKEN}` }],
    ['/view/overview', { ...page, cookie: changed }],
    ['/view/overview', { ...page, cookie: page.cookie.replace(/=\w+\./, '=zzzzzzzzz.') }],
    ['/view/overview', { ...page, cookie: page.cookie.replace(port, '1') }],
    ['/view/overview', { authorization: `Bearer ${TOKEN}` }],
  ] as const) {
    const { status, headers: said, body } = await get(`${url}${path}`, headers);
    expect([path, status]).toEqual([path, 401]);
    // A person who opens the address sees a page, and a program gets JSON.
    const isPage = String(said['content-type']).startsWith('text/html');
    expect([path, isPage]).toEqual([path, new URL(path, url).pathname === '/']);
    expect(isPage ? body : JSON.parse(body).error).toContain('lm dashboard');
    expect(said['set-cookie']).toBeUndefined();
  }
});

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s gets no response', async (method) => {
  const { url, page } = await dashboard();
  const { status, headers } = await get(`${url}/view/overview`, page, method);
  expect([status, headers.allow]).toEqual([405, 'GET']);
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

it('every response keeps other sites out', async () => {
  const { url, page, openUrl } = await dashboard();
  for (const [address, headers] of [
    [openUrl, {}],
    [`${url}/`, page],
    [`${url}/app.js`, page],
    [`${url}/view/overview`, page],
    [`${url}/view/nothing`, page],
    [`${url}/gone.js`, page],
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
  const { url, page } = await dashboard();
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/app.js%00.html',
    '//etc/passwd',
    '/..\\x.js',
  ]) {
    expect((await get(`${url}${path}`, page)).status, path).toBe(404);
  }
});

it('missing views and invalid parameters are reported', async () => {
  const { url, page } = await dashboard();
  for (const [path, status, words] of BAD_QUESTIONS) {
    const answer = await get(`${url}/view/${path}`, page);
    expect([path, answer.status]).toEqual([path, status]);
    expect(JSON.parse(answer.body).error).toContain(words);
  }
});

it('a request with an invalid target is rejected, and the server continues', async () => {
  const { url, page } = await dashboard();
  for (const target of ['http://[', '//', 'http://:x/']) {
    expect(await raw(url, `GET ${target} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4\d\d /,
    );
  }
  expect((await get(`${url}/`, page)).status).toBe(200);
});
