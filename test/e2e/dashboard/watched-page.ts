import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { RunningDashboard } from './dashboard.js';

export interface WatchedPage {
  readonly page: Page;
  /** Events that must never happen on our page: errors, dialogs, refused content, requests to other hosts. */
  readonly alarms: string[];
}

declare global {
  interface Window {
    alarm(text: string): void;
    /** Set by hostile code that ran. */
    hacked?: unknown;
  }
}

/** A page in its own context, which may only send requests to the dashboard. */
export async function watchedPage(
  browser: Browser,
  { openUrl, pageUrl }: Pick<RunningDashboard, 'openUrl' | 'pageUrl'>,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const alarms: string[] = [];
  await page.exposeFunction('alarm', (text: string) => alarms.push(text));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      window.alarm(`refused: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  page.on('dialog', (dialog) => {
    alarms.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => alarms.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') alarms.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const [url = ''] = request.url().split('#');
    if (url !== openUrl && !url.startsWith(`${pageUrl}/`) && !url.startsWith('data:')) {
      alarms.push(`request: ${url}`);
    }
  });
  return { page, alarms };
}

/** Goes to a page of the dashboard and waits until its data is visible. */
export async function visit(page: Page, base: string, place: string): Promise<void> {
  await page.goto(`${base}${place}`);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.loading'));
}

/** Responses of the dashboard to requests with the page's cookie. */
export function ask<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(async (view) => (await fetch(`/view/${view}`)).json(), path);
}
