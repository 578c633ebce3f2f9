import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { hashFiles } from '../harness/files.js';
import { BIN } from '../support/cli.js';
import { observe } from '../support/in-process.js';
import { INIT, installWrangler, jsonc, repository, worker } from './repository.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers each path with a status, and records the requests. */
async function langfuse(
  statuses: Record<string, number>,
): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(statuses[request.url ?? ''] ?? 404, { location: '/elsewhere' }).end('{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const HEALTH = '/api/public/health';
const PROJECTS = '/api/public/projects';

/** A Worker with a complete and installed set-up. */
async function setUp(url: string, more: Record<string, string> = {}): Promise<string> {
  const dir = repository({
    ...worker('.', { 'wrangler.jsonc': jsonc('calc') }),
    '.gitignore': 'node_modules\n',
    ...more,
  });
  expect(await observe(INIT, dir)).toMatchObject({ code: 0 });
  const runtime = join(dir, 'node_modules/@create-something/observability');
  mkdirSync(runtime, { recursive: true });
  writeFileSync(join(runtime, 'package.json'), '{ "version": "0.1.0" }');
  installWrangler(dir, { code: '' });
  keys(dir, url);
  return dir;
}

function keys(dir: string, url: string, publicKey = 'pk-lf-Q7Q7Q7', secretKey = 'sk-lf-Q7Q7Q7'): void {
  const lines = [
    `LANGFUSE_PUBLIC_KEY="${publicKey}"`,
    `LANGFUSE_SECRET_KEY=${secretKey}`,
    `LANGFUSE_BASE_URL=${url}`,
  ];
  writeFileSync(join(dir, '.dev.vars'), `${lines.join('\r\n')}\r\n`);
}

describe('doctor', () => {
  it('finds nothing in a complete set-up, and checks the keys on the server', async () => {
    const { url, asked } = await langfuse({ [HEALTH]: 200, [PROJECTS]: 200 });
    const dir = await setUp(url);
    const before = await hashFiles(dir);
    const { code, stdout, stderr } = await observe(['doctor'], dir);
    expect(stdout).toContain(`✔ ${url} (LANGFUSE_BASE_URL in .dev.vars) answers.`);
    expect(stdout).toContain('✔ It accepts the keys.');
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^Next: Call a tool/);
    expect(code).toBe(EXIT.ok);
    expect(asked.map(({ method, url: path, headers }) => [method, path, headers.authorization])).toEqual([
      ['GET', HEALTH, undefined],
      ['GET', PROJECTS, `Basic ${Buffer.from('pk-lf-Q7Q7Q7:sk-lf-Q7Q7Q7').toString('base64')}`],
    ]);
    expect(stdout + stderr).not.toContain('Q7Q7Q7');
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('distinguishes refused keys from a missing host, and follows no redirect', async () => {
    const refusing = await langfuse({ [HEALTH]: 200, [PROJECTS]: 401 });
    const dir = await setUp(refusing.url);
    expect(await observe(['doctor'], dir)).toMatchObject({
      code: EXIT.findings,
      stdout: expect.stringContaining('rejects these keys (401)'),
    });
    const leading = await langfuse({ [HEALTH]: 302, [PROJECTS]: 302, '/elsewhere': 200 });
    keys(dir, leading.url);
    expect((await observe(['doctor'], dir)).stdout).toContain('redirects to another address (302');
    expect(leading.asked.map(({ url }) => url)).not.toContain('/elsewhere');
    keys(dir, 'http://127.0.0.1:1');
    expect((await observe(['doctor'], dir)).stdout).toMatch(/http:\/\/127\.0\.0\.1:1 .*does not answer/);
  });

  it('makes no requests with --offline', async () => {
    const { url, asked } = await langfuse({ [HEALTH]: 200 });
    const dir = await setUp(url);
    const { code, stdout } = await observe(['doctor', '--offline'], dir);
    expect(stdout).toContain(`- ${url} (LANGFUSE_BASE_URL in .dev.vars) was not checked.`);
    expect({ code, asked }).toEqual({ code: EXIT.ok, asked: [] });
  });

  it('prints only JSON on stdout, without values', async () => {
    const dir = await setUp('https://langfuse.invalid');
    keys(dir, 'https://langfuse.invalid', 'sk-lf-Q7Q7Q7', 'pk-lf-Q7Q7Q7');
    const { code, stdout } = await observe(['doctor', '--offline', '--json'], dir);
    const { schemaVersion, workers, next } = JSON.parse(stdout);
    expect({ schemaVersion, code, dir: workers[0].dir, name: workers[0].name }).toEqual({
      schemaVersion: 1,
      code: EXIT.findings,
      dir: '.',
      name: 'calc',
    });
    expect(workers[0].diagnoses).toContainEqual(
      expect.objectContaining({ check: 'keys', state: 'wrong', message: 'The two keys are swapped.' }),
    );
    expect(next).toContain('pk-lf-');
    expect(stdout).not.toContain('Q7Q7Q7');
  });

  it('checks the given environment, and reads only Wrangler’s files', async () => {
    const production = ',\n  "env": { "production": { "observability": { "enabled": true } } }';
    const dir = await setUp('https://langfuse.invalid', { 'wrangler.jsonc': jsonc('calc', production) });
    writeFileSync(join(dir, '.dev.vars.production'), 'LANGFUSE_PUBLIC_KEY=pk-lf-test\n');
    writeFileSync(join(dir, '.env'), 'LANGFUSE_SECRET_KEY=sk-lf-test\n');
    const there = await observe(['doctor', '--offline', '--env', 'production'], dir);
    expect(there.stdout).toContain(
      'LANGFUSE_SECRET_KEY is in .dev.vars, which Wrangler ignores next to .dev.vars.production',
    );
    expect(await observe(['doctor', '--offline'], dir)).toMatchObject({ code: EXIT.ok });
    expect(await observe(['doctor', '--env', 'nope'], dir)).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('production'),
    });
  });

  it.each([
    ['', true],
    ['1', false],
  ])('with NO_COLOR=%s and FORCE_COLOR=1 colours are %s', async (NO_COLOR, isColoured) => {
    const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
    const told = await observe(['doctor', '--offline'], dir, { NO_COLOR, FORCE_COLOR: '1' });
    expect(told.stdout.includes('\u001b[')).toBe(isColoured);
  });

  it('starts with init if nothing is set up', async () => {
    const dir = repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));
    const { code, stdout } = await observe(['doctor', '--offline'], dir);
    expect(stdout.trim().split('\n').at(-1)).toBe(`Next: node ${BIN} init`);
    expect(code).toBe(EXIT.findings);
  });
});
