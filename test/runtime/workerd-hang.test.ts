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

// Each waits for the runtime to give up, so they wait together.
test.concurrent.each<[string, Parameters<typeof startLangfuse>[0]]>([
  ['accepts and never answers', () => {}],
  [
    'begins an answer and never ends it',
    (_, response) => void response.writeHead(500, { 'content-length': '100' }).write('{'),
  ],
])('in workerd a backend that %s holds nothing up, and is told once', async (_, answer) => {
  const langfuse = await startLangfuse(answer);
  const worker = await startWorker(SOURCE, { bindings: langfuse.keys() });
  const calls = 4;
  for (let i = 0; i < calls; i++) expect(await worker.get('/')).toBe('{"sum":3}');
  const lost = async () => JSON.parse(await worker.get('/lost'));
  // Had an answer waited for its export, that would have been given up by now.
  expect(await lost()).toBe(0);
  await langfuse.until(() => langfuse.received.length >= calls);
  await expect.poll(lost, { timeout: 25_000 }).toBe(calls);
  expect(worker.warnings()).toEqual([expect.stringContaining('traces are lost')]);
  await worker.close();
  await langfuse.close();
});

test('in workerd at most 32 exports are under way, and what is dropped is counted', async () => {
  const langfuse = await startLangfuse(() => {});
  const worker = await startWorker(
    SOURCE.replace("name: 'server:add'", "name: 'server:add', input: 'x'.repeat(60_000)"),
    {
      bindings: langfuse.keys(),
    },
  );
  await Promise.all(Array.from({ length: 150 }, () => worker.get('/')));
  await langfuse.until(() => langfuse.received.length >= 32);
  // What found no place and no room to wait is lost at once, and the program is told of each.
  const lost = async () => JSON.parse(await worker.get('/lost'));
  await expect.poll(lost, { timeout: 5_000 }).toBeGreaterThan(0);
  expect(langfuse.received).toHaveLength(32);
  await expect
    .poll(() => worker.warnings().join(), { timeout: 25_000 })
    .toMatch(/slow or down: \d+ exports were dropped/);
  await worker.close();
  await langfuse.close();
});
