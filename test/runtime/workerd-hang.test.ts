import { expect, test } from 'vitest';
import { startLangfuse } from './support/langfuse.js';
import { startWorker } from './support/worker.js';

const SOURCE = `
import { createTrace, initObservability } from '@create-something/observability';
let lost = 0;
initObservability({ timeout: 4000, onError: () => lost++ });
export default {
  fetch(request) {
    if (new URL(request.url).pathname === '/lost') return Response.json(lost);
    return createTrace({ name: 'server:add' }).run(async () => Response.json({ sum: 3 }));
  },
};`;

// Each test waits until the runtime gives up, so they run together.
test.concurrent.each<[string, Parameters<typeof startLangfuse>[0]]>([
  ['accepts and never answers', () => {}],
  [
    'begins a response and never ends it',
    (_, response) => void response.writeHead(500, { 'content-length': '100' }).write('{'),
  ],
])('in workerd a backend that %s delays nothing, and is reported once', async (_, answer) => {
  const langfuse = await startLangfuse(answer);
  const worker = await startWorker(SOURCE, { bindings: langfuse.keys() });
  const calls = 4;
  for (let i = 0; i < calls; i++) expect(await worker.get('/')).toBe('{"sum":3}');
  const lost = async () => JSON.parse(await worker.get('/lost'));
  // If a response waited for its export, the runtime would have given up by now.
  expect(await lost()).toBe(0);
  await langfuse.until(() => langfuse.received.length >= calls);
  await expect.poll(lost, { timeout: 25_000 }).toBe(calls);
  expect(worker.warnings()).toEqual([expect.stringContaining('traces are lost')]);
  await worker.close();
  await langfuse.close();
});

test('in workerd at most 32 exports run at a time, and dropped ones are counted', async () => {
  const langfuse = await startLangfuse(() => {});
  const worker = await startWorker(
    SOURCE.replace("name: 'server:add'", "name: 'server:add', input: 'x'.repeat(60_000)"),
    {
      bindings: langfuse.keys(),
    },
  );
  await Promise.all(Array.from({ length: 150 }, () => worker.get('/')));
  await langfuse.until(() => langfuse.received.length >= 32);
  // Traces above the limits are lost at once, and each is reported.
  const lost = async () => JSON.parse(await worker.get('/lost'));
  await expect.poll(lost, { timeout: 5_000 }).toBeGreaterThan(0);
  expect(langfuse.received).toHaveLength(32);
  await expect
    .poll(() => worker.warnings().join(), { timeout: 25_000 })
    .toMatch(/slow or down: \d+ exports were dropped/);
  await worker.close();
  await langfuse.close();
});
