import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get, openPage } from '../../harness/dashboard-page.js';
import { tempDir } from '../../support/folder.js';
import { bareEnv, data, LM, lm } from '../project.js';

/** Starts `lm dashboard` and waits until it has printed its address. */
async function start(cwd: string, ...words: string[]) {
  const child = spawn(process.execPath, [LM, 'dashboard', '--port', '0', ...words], {
    cwd,
    env: bareEnv(cwd),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const found = /Open (http:\S+token=[0-9a-f]{32})\n/.exec(stderr)?.[1];
      if (found && stderr.includes('Settings for')) resolve(found);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  return { child, address, ended, said: () => ({ stdout, stderr }) };
}

describe('lm dashboard', () => {
  it('creates .loom for a new user, serves the page, receives a trace, and ends on Ctrl-C', async () => {
    const dir = tempDir();
    const { address, child, ended, said } = await start(dir);
    expect(said().stderr).toContain(`Created ${join(dir, '.loom')}`);
    const { origin } = new URL(address);
    const page = await openPage(address);
    expect((await get(`${origin}/`, page)).body).toContain('<div id="app">');
    const at = `${BigInt(Date.now()) * 1_000_000n}`;
    const sent = await fetch(`${origin}/api/public/otel/v1/traces`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from('pk:sk').toString('base64')}`,
      },
      body: JSON.stringify({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: 'ab'.repeat(16),
                    spanId: 'cd'.repeat(8),
                    name: 'add',
                    startTimeUnixNano: at,
                    endTimeUnixNano: at,
                  },
                ],
              },
            ],
          },
        ],
      }),
    });
    expect(sent.status).toBe(200);
    const traces = await get(`${origin}/view/traces`, page);
    expect(JSON.parse(traces.body)).toMatchObject({ total: 1, rows: [{ id: 'ab'.repeat(16), name: 'add' }] });
    // An open stream must not prevent the exit.
    const stream = await new Promise<IncomingMessage>((resolve) => {
      request(`${origin}/view/live`, { headers: page }, resolve).end();
    });
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    await expect(stream.toArray()).rejects.toThrow();
    expect(said().stdout).toBe('');
  });

  it('prints the address but no keys; --settings prints keys that can read', async () => {
    const dir = tempDir();
    const { address, said } = await start(dir);
    const { port } = new URL(address);
    const greeting = said().stderr.split('\n');
    expect(greeting.filter((line) => line !== '')).toHaveLength(4);
    expect(said().stderr).not.toMatch(/[ps]k-lf-/);
    expect(greeting).toContainEqual(expect.stringMatching(`lm dashboard --settings --port ${port}$`));
    const { stdout } = lm(dir, ['dashboard', '--settings', '--port', port]);
    const [, authorization = ''] = /HEADERS=Authorization=(\S+)/.exec(stdout) ?? [];
    const [, url] = /LANGFUSE_BASE_URL=(\S+)/.exec(stdout) ?? [];
    const read = (value: string) =>
      fetch(`${url}/api/public/v2/observations`, { headers: { authorization: value } });
    expect((await read(decodeURIComponent(authorization))).status).toBe(200);
    expect((await read(`Basic ${Buffer.from('pk-lf-test:sk-lf-test').toString('base64')}`)).status).toBe(401);
  });

  it('keeps its token readable only for its owner, so that an open page survives a restart', async () => {
    const dir = tempDir();
    const first = await start(dir);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const second = await start(dir);
    const token = new URL(first.address).searchParams.get('token');
    expect(new URL(second.address).searchParams.get('token')).toBe(token);
    const file = join(dir, '.loom/loom.db.token');
    expect(readFileSync(file, 'utf8').trim()).toBe(token);
    if (process.platform !== 'win32') {
      for (const name of ['loom.db.token', 'loom.db']) {
        expect([name, statSync(join(dir, '.loom', name)).mode & 0o777]).toEqual([name, 0o600]);
      }
    }
    expect(readFileSync(join(dir, '.loom/.gitignore'), 'utf8')).toContain('loom.db*');
  });

  it('reports a port in use, and the next step', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = lm(tempDir(), ['dashboard', '--port', String(port)]);
    expect([code, stderr]).toEqual([
      4,
      `Port ${port} on 127.0.0.1 is in use, perhaps by another dashboard or receiver.\nStop it, or choose another with --port; --port 0 uses any free one.\n`,
    ]);
  });

  it.each([
    [['--host', '0.0.0.0'], 64, 'lets other machines connect'],
    [['--host', '192.168.1.5'], 64, '--allow-network'],
    [['--wrangler', 'http://example.com'], 64, 'must be an address on this machine'],
    [['--wrangler', 'http://169.254.169.254/latest'], 64, 'must be an address on this machine'],
    [['--keep-days', '0'], 64, 'must be numbers above 0'],
    [['--port', '0', '--forward'], 8, 'needs the keys of a Langfuse project'],
  ] as const)('rejects %j', (words, code, message) => {
    const ran = lm(tempDir(), ['dashboard', ...words]);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(message)]);
  });

  it('--out writes one file and exits', () => {
    const dir = tempDir();
    lm(dir, ['init']);
    lm(dir, ['create', '</script><img src=x onerror=alert(1)>']);
    const { report } = data<{ report: string }>(
      lm(dir, ['dashboard', '--out', 'made/report.html', '--json']),
    );
    expect(report).toBe(join(dir, 'made/report.html'));
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('\\u003c/script>\\u003cimg src=x onerror=alert(1)>');
    expect(page.includes('<img src=x')).toBe(false);
    expect(/<link(?! rel="icon" href="data:)|<script[^>]*\ssrc=/.test(page)).toBe(false);
    expect(existsSync(join(dir, '.loom/loom.db.token'))).toBe(false);
  });
});
