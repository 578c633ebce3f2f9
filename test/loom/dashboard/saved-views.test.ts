import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { get } from '../../harness/dashboard-page.js';
import { project } from '../project.js';
import { serve } from './serve.js';

const JSON_TYPE = { 'content-type': 'application/json' };

function post(url: string, headers: Record<string, string>, body: unknown) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(
      `${url}/change/saved-views`,
      { method: 'POST', headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more: string) => {
          text += more;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    sent.once('error', reject);
    sent.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

// The file of a laptop. test/loom/server/team.test.ts tests the views that a team saves in D1.
it('a view is saved under its name in .loom, replaced by the same name, and removed', async () => {
  const { loomDir } = project();
  const { url, page } = await serve(loomDir);
  const headers = { ...page, ...JSON_TYPE };
  const slow = { name: 'Slow refunds', query: 'tool=refund&minMs=1000&last=7d&columns=client,duration' };
  expect(JSON.parse((await post(url, headers, { save: slow })).body)).toEqual({
    rows: [slow],
    problem: null,
  });
  await post(url, headers, { save: { name: 'All errors', query: 'status=error' } });
  const changed = { ...slow, query: 'tool=refund' };
  const { body } = await post(url, headers, { save: changed });
  const both = [{ name: 'All errors', query: 'status=error' }, changed];
  expect(JSON.parse(body).rows).toEqual(both);
  expect(JSON.parse(readFileSync(join(loomDir, 'views.json'), 'utf8'))).toEqual({ version: 1, views: both });
  expect(JSON.parse((await get(`${url}/view/saved-views`, page)).body).rows).toEqual(both);
  await post(url, headers, { remove: 'All errors' });
  expect(JSON.parse((await get(`${url}/view/saved-views`, page)).body).rows).toEqual([changed]);
});

it('nothing is saved without a session, from a form, or for an invalid view', async () => {
  const { url, page } = await serve(project().loomDir);
  const save = { save: { name: 'x', query: '' } };
  for (const [headers, body, status] of [
    [JSON_TYPE, save, 401],
    [{ ...page, ...JSON_TYPE, origin: 'http://evil.example' }, save, 403],
    [{ ...page, 'content-type': 'text/plain' }, save, 415],
    [{ ...page, ...JSON_TYPE }, 'no json', 400],
    [{ ...page, ...JSON_TYPE }, { save: { name: ' ', query: '' } }, 400],
    [{ ...page, ...JSON_TYPE }, { save: { name: 'x', query: 'q'.repeat(5000) } }, 400],
    [{ ...page, ...JSON_TYPE }, 'x'.repeat(20_000), 413],
  ] as const) {
    expect([status, (await post(url, headers, body)).status]).toEqual([status, status]);
  }
  expect(JSON.parse((await get(`${url}/view/saved-views`, page)).body)).toEqual({ rows: [], problem: null });
});

it('a broken file is reported, and not overwritten', async () => {
  const { loomDir } = project();
  const { url, page } = await serve(loomDir);
  const path = join(loomDir, 'views.json');
  writeFileSync(path, '{ "version": 1, "views": [');
  const { rows, problem } = JSON.parse((await get(`${url}/view/saved-views`, page)).body);
  expect([rows, problem]).toEqual([[], expect.stringContaining('.loom/views.json')]);
  const { status } = await post(url, { ...page, ...JSON_TYPE }, { save: { name: 'x', query: '' } });
  expect(status).toBe(409);
  expect(readFileSync(path, 'utf8')).toBe('{ "version": 1, "views": [');
});
