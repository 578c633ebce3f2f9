import { type ClientRequest, request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { loadPricer } from '../../../packages/loom/src/prices/pricer.js';
import { routesFor } from '../../../packages/loom/src/receiver/server.js';
import { SqliteTraceStore } from '../../../packages/loom/src/receiver/sqlite/store.js';
import { openLoom } from '../../../packages/loom/src/store/open.js';
import { project } from '../project.js';
import { type Served, serve } from './serve.js';

/** Events that a page receives after its connection opened. */
async function listen({ url, page }: Served) {
  const heard: { event: string; data: unknown }[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  let sent: ClientRequest | undefined;
  const { ended } = await new Promise<{ ended: Promise<void> }>((resolve, reject) => {
    sent = request(`${url}/view/live`, { headers: page }, (response) => {
      expect(response.headers['content-type']).toBe('text/event-stream');
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const block of events) {
          const event = /^event: (.+)$/m.exec(block)?.[1];
          const data = /^data: (.+)$/m.exec(block)?.[1];
          if (event && data) {
            heard.push({ event, data: JSON.parse(data) });
          }
        }
        for (const check of waiting) check();
      });
      resolve({ ended: new Promise((end) => response.once('close', end)) });
    });
    sent.once('error', reject);
    sent.end();
  });
  onTestFinished(() => void sent?.destroy());
  const hears = (event: string) =>
    new Promise<unknown>((resolve) => {
      const check = () => {
        const found = heard.find((one) => one.event === event);
        if (found) {
          waiting.delete(check);
          resolve(found.data);
        }
      };
      waiting.add(check);
      check();
    });
  return { hears, ended, heard };
}

function span(traceId: string) {
  const at = `${BigInt(Date.now()) * 1_000_000n}`;
  return {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId: '00f067aa0ba902b7',
                name: 'add',
                startTimeUnixNano: at,
                endTimeUnixNano: at,
              },
            ],
          },
        ],
      },
    ],
  };
}

// The event stream of a laptop. test/loom/server tests the socket and the polling of a team's server.
it('a new trace is sent immediately to every page, as its row', async () => {
  const { db, loomDir } = project();
  let dashboard: Served | undefined;
  const receive = routesFor({
    store: new SqliteTraceStore(db, { pricer: await loadPricer(loomDir) }),
    onChange: (ids) => {
      for (const id of ids) dashboard?.traceChanged(id);
    },
  });
  dashboard = await serve(loomDir, { receive });
  const pages = [await listen(dashboard), await listen(dashboard)];
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const response = await fetch(`${dashboard.url}/api/public/otel/v1/traces`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('pk:sk').toString('base64')}`,
    },
    body: JSON.stringify(span(traceId)),
  });
  expect(response.status).toBe(200);
  for (const page of pages) {
    expect(await page.hears('trace')).toMatchObject({ id: traceId, name: 'add', failed: false });
  }
});

it('writes of another process are noticed, and nothing else', async () => {
  const { loomDir } = project();
  const dashboard = await serve(loomDir, { now: () => 42 });
  const page = await listen(dashboard);
  const other = openLoom(loomDir);
  onTestFinished(() => other.close());
  expect(page.heard).toEqual([]);
  other.run("INSERT INTO loom_meta VALUES ('written', 'elsewhere')");
  expect(await page.hears('changed')).toEqual({ at: 42 });
});

it('if a new trace can’t be read, the pages are notified, and the server continues', async () => {
  const { db, loomDir } = project();
  const dashboard = await serve(loomDir, { now: () => 42 });
  const page = await listen(dashboard);
  db.exec('ALTER TABLE traces RENAME TO gone');
  await page.hears('changed');
  dashboard.traceChanged('any');
  await expect.poll(() => page.heard.map(({ event }) => event)).toEqual(['changed', 'changed']);
});

it('closing the server ends the streams', async () => {
  const dashboard = await serve(project().loomDir);
  const page = await listen(dashboard);
  await dashboard.close();
  await page.ended;
});
