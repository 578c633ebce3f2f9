import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mustRun } from '../harness/process.js';
import type { Scratch } from '../harness/scratch.js';
import { chromium, launch } from './dashboard/chromium.js';
import { LM, type RunningDashboard, seededProject, startDashboard } from './dashboard/dashboard.js';
import { HOSTILE, poison } from './dashboard/hostile.js';
import { places } from './dashboard/places.js';
import { settled, visit, watchedPage } from './dashboard/watched-page.js';

describe.skipIf(!chromium)('hostile values in a browser (needs Chromium)', () => {
  let browser: Browser;
  let project: Scratch;
  let dashboard: RunningDashboard;
  let everyPlace: Readonly<Record<string, string>>;

  beforeAll(async () => {
    project = seededProject(60, poison);
    [browser, dashboard] = await Promise.all([launch(), startDashboard(project.dir)]);
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.stop();
    await project?.remove();
  });

  it('are text on every page', async () => {
    const { page, alarms } = await watchedPage(browser, dashboard);
    await page.goto(dashboard.openUrl);
    await settled(page);
    everyPlace = await places(page);
    let seen = 0;
    for (const place of Object.values(everyPlace)) {
      await visit(page, dashboard.pageUrl, `/${place}`);
      await openEverything(page);
      seen += await shown(page);
      expect(await dangers(page), place).toEqual([]);
    }
    // The pages do show the values: each of a dozen pages has several.
    expect(seen).toBeGreaterThan(50);
    expect(alarms).toEqual([]);
    await page.context().close();
  });

  it('are text in the address too', async () => {
    const { page, alarms } = await watchedPage(browser, dashboard);
    await page.goto(dashboard.openUrl);
    const word = encodeURIComponent(HOSTILE);
    for (const place of [
      `traces?q=${word}&session=${word}&tool=${word}`,
      `traces/${word}`,
      `sessions/${word}`,
      word,
      '%E0%A4%A',
    ]) {
      await visit(page, dashboard.pageUrl, `/#/${place}`);
      expect(await dangers(page), place).toEqual([]);
    }
    // A missing page is a 404, which the browser's console reports.
    expect(alarms.filter((alarm) => !alarm.includes('status of 4'))).toEqual([]);
    await page.context().close();
  });

  it('are text in a report in one file, which reports the data that it does not contain', async () => {
    const file = join(project.dir, 'report.html');
    await mustRun(process.execPath, ['--no-warnings', LM, 'dashboard', '--out', file], { cwd: project.dir });
    const url = pathToFileURL(file).href;
    const { page, alarms } = await watchedPage(browser, { openUrl: url, pageUrl: url });
    let seen = 0;
    for (const place of Object.values(everyPlace)) {
      await visit(page, url, place);
      await openEverything(page);
      seen += await shown(page);
      expect(await dangers(page), place).toEqual([]);
    }
    expect(seen).toBeGreaterThan(50);
    await visit(page, url, '#/traces?status=ok');
    await page.getByText('No trace matches this filter').or(page.locator('.trace-window')).first().waitFor();
    await visit(page, url, '#/trends?last=90d');
    await page.getByText('This report does not contain that data.').waitFor();
    await page.locator('.live', { hasText: 'Report' }).waitFor();
    expect(alarms).toEqual([]);
    await page.context().close();
  });
});

/** Opens all folded parts. */
async function openEverything(page: Page): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await page.evaluate(() => {
      for (const folded of document.querySelectorAll<HTMLElement>('main details:not([open]) > summary'))
        folded.click();
      for (const button of document.querySelectorAll<HTMLElement>('main button')) {
        if (/^(Show all|Show more|Read as JSON)/.test(button.textContent ?? '')) button.click();
      }
    });
  }
}

/** The number of times that the page has the complete hostile text. */
function shown(page: Page): Promise<number> {
  return page.evaluate(
    (text) => (document.getElementById('app')?.textContent ?? '').split(text.slice(0, 60)).length - 1,
    HOSTILE,
  );
}

/** Elements that the hostile text would create as markup, and links to anything except pages. */
function dangers(page: Page): Promise<string[]> {
  return page.evaluate(() => [
    ...(window.hacked ? ['code was run'] : []),
    ...[
      ...document.querySelectorAll('#app img, #app script, #app iframe, #app object, [onerror], [onload]'),
    ].map((element) => element.outerHTML),
    ...[...document.querySelectorAll('a')]
      .map((link) => link.getAttribute('href') ?? '')
      .filter((address) => !/^(#|https?:)/.test(address)),
  ]);
}
