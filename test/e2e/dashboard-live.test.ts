import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLS, callEverything } from '../harness/calls.js';
import { connectClient, type McpClient } from '../harness/client.js';
import { copyFixture } from '../harness/fixture.js';
import { observe } from '../harness/observe.js';
import { scratchFolder } from '../harness/scratch.js';
import { bootWorker } from '../harness/worker.js';
import { chromium, launch } from './dashboard/chromium.js';
import { type RunningDashboard, startDashboard } from './dashboard/dashboard.js';
import { visit, watchedPage } from './dashboard/watched-page.js';

declare global {
  interface Window {
    /** A reload removes it. */
    mark?: string;
  }
}

describe.skipIf(!chromium)('the dashboard and a real Worker (needs Chromium)', () => {
  const cleanups: (() => Promise<void>)[] = [];
  let browser: Browser;
  let dashboard: RunningDashboard;
  let dir: string;
  let endpoint: string;
  let client: McpClient;
  let page: Page;
  let alarms: string[];

  beforeAll(async () => {
    const folder = scratchFolder();
    dir = folder.dir;
    cleanups.push(folder.remove);
    dashboard = await startDashboard(dir);
    cleanups.push(() => dashboard.stop());
    const fixture = await copyFixture('demo', { modules: 'link' });
    cleanups.push(fixture.remove);
    const made = await observe(['init', '--yes', '--no-install'], fixture.dir);
    expect(made.code, made.stderr).toBe(0);
    const worker = await bootWorker(fixture.dir, {
      vars: {
        LANGFUSE_PUBLIC_KEY: 'pk-lf-local',
        LANGFUSE_SECRET_KEY: 'sk-lf-local',
        LANGFUSE_BASE_URL: dashboard.url,
      },
    });
    cleanups.push(worker.stop);
    endpoint = `${worker.url}/mcp`;
    browser = await launch();
    cleanups.push(() => browser.close());
    ({ page, alarms } = await watchedPage(browser, dashboard, {
      viewport: { width: 1200, height: 260 },
    }));
  });
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  it('shows the steps to the first trace, and then the traces, without a reload', async () => {
    await page.goto(dashboard.openUrl);
    await page.getByRole('heading', { name: 'Waiting for the first trace' }).waitFor();
    await page.getByText(`Listening on ${dashboard.url}`).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.evaluate(() => {
      window.mark = 'same page';
    });
    // The client connects only now, because its first requests are traces too.
    client = await connectClient(endpoint, 'v2');
    cleanups.push(client.close);
    await callEverything(client, CALLS.demo);
    await page
      .getByRole('table', { name: 'Tools, resources and prompts by calls' })
      .getByText('share_note')
      .waitFor();
    await page
      .getByRole('table', { name: /Failures of one tool/ })
      .getByText('out of paper')
      .first()
      .waitFor();
    expect(await page.evaluate(() => window.mark)).toBe('same page');
    expect(alarms).toEqual([]);
  });

  it('opens a failed call, and a call with its generation, model and tokens', async () => {
    await visit(page, dashboard.pageUrl, '/#/traces?sort=errors');
    await page.locator('.trace-window .name').first().waitFor();
    const first = page.locator('.trace-window .trace-row').first();
    expect(await first.getByRole('img', { name: 'Error' }).count()).toBe(1);
    await visit(page, dashboard.pageUrl, '/#/traces?tool=print_notes&status=error');
    await page.getByRole('link', { name: 'print_notes' }).click();
    await page.locator('.notice.bad', { hasText: 'out of paper' }).first().waitFor();
    await page.getByRole('complementary').getByText('copies', { exact: true }).waitFor();

    await visit(page, dashboard.pageUrl, '/#/traces?tool=summarize_notes');
    await page.getByRole('link', { name: 'summarize_notes' }).click();
    const generation = page.locator('.span.generation');
    await generation.waitFor();
    await generation.click();
    const detail = page.getByRole('complementary');
    await detail.getByText('@cf/meta/llama-3.1-8b-instruct').first().waitFor();
    await detail
      .getByText(/^Tokens:/)
      .first()
      .waitFor();
    expect(alarms).toEqual([]);
  });

  it('puts new traces on top, but not while the reader is further down', async () => {
    await visit(page, dashboard.pageUrl, '/#/traces');
    const rows = page.locator('.trace-window .trace-row');
    await rows.first().waitFor();
    const before = await rows.count();
    await client.callTool('list_notes', {});
    await expect.poll(() => rows.count()).toBe(before + 1);

    await page.evaluate(() => scrollTo(0, 300));
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(300);
    const inView = () =>
      page.evaluate(() => document.elementFromPoint(700, 150)?.closest('.trace-row')?.textContent);
    const seen = await inView();
    await client.callTool('add_note', { text: 'A reed warbler', tags: [] });
    const pill = page.getByRole('button', { name: '1 new' });
    await pill.waitFor();
    expect(await inView()).toBe(seen);
    await pill.click();
    await rows.first().getByText('A reed warbler').waitFor();
    expect(alarms).toEqual([]);
  });

  it('closes the connection while its tab is hidden, and catches up when it is visible again', async () => {
    const show = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    await show(true);
    await client.callTool('search_notes', { query: 'warbler' });
    await show(false);
    await page.locator('.trace-window .trace-row').first().getByText('warbler').waitFor();
  });

  it('reports that the dashboard ended, and continues when it is back', async () => {
    const { port } = new URL(dashboard.url);
    await dashboard.stop();
    await page.getByText('The dashboard does not answer').waitFor();
    dashboard = await startDashboard(dir, Number(port));
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByText('The dashboard does not answer').count()).toBe(0);
    await client.callTool('list_notes', {});
    await expect
      .poll(() => page.locator('.trace-window .name').first().textContent(), { timeout: 10_000 })
      .toBe('list_notes');
  });
});
