import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scratch } from '../harness/scratch.js';
import { chromium, launch } from './dashboard/chromium.js';
import { type RunningDashboard, seededProject, startDashboard } from './dashboard/dashboard.js';
import { settled, visit, watchedPage } from './dashboard/watched-page.js';

/** Beyond what is counted to the end, and many pages of answers; `DASHBOARD_TRACES=100000` for more. */
const TRACES = Number(process.env['DASHBOARD_TRACES'] ?? 25_000);

describe.skipIf(!chromium)('tens of thousands of traces in a browser (needs Chromium)', () => {
  let browser: Browser;
  let project: Scratch;
  let dashboard: RunningDashboard;

  beforeAll(async () => {
    project = seededProject(TRACES);
    [browser, dashboard] = await Promise.all([launch(), startDashboard(project.dir)]);
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.stop();
    await project?.remove();
  });

  it('can be scrolled from the first to the last, with only few of them in the document', async () => {
    const { page, alarms } = await watchedPage(browser, dashboard, {
      viewport: { width: 1200, height: 900 },
    });
    await page.goto(dashboard.openUrl);
    await settled(page);
    await visit(page, dashboard.pageUrl, '/#/traces?last=90d');
    await page.getByText('10,000+ traces').waitFor();
    let most = 0;
    while ((await lastRow(page)) < TRACES + 1) {
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await page.waitForFunction(
        ([known, last]) =>
          document.documentElement.scrollHeight > (known ?? 0) ||
          document.querySelector('.trace-window .trace-row:last-child')?.ariaRowIndex === String(last),
        [height, TRACES + 1],
      );
      most = Math.max(most, await page.locator('.trace-window .trace-row').count());
    }
    expect(most).toBeLessThan(100);

    // After Back from a trace, the scroll position is the same.
    await page.evaluate(() => scrollTo(0, 250_000));
    await expect.poll(() => page.locator('.trace-window .trace-row').count()).toBeGreaterThan(10);
    const height = await page.evaluate(() => scrollY);
    await page.locator('.trace-window .name').nth(20).click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.goBack();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(height);
    expect(await page.locator('.trace-window .trace-row').count()).toBeGreaterThan(10);
    expect(alarms).toEqual([]);
  });
});

/** The index of the last row in the document. 1 is the heading. */
function lastRow(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(
      0,
      ...[...document.querySelectorAll('.trace-window .trace-row')].map((row) => Number(row.ariaRowIndex)),
    ),
  );
}
