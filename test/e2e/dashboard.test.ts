import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PlatformView } from '../../packages/loom/src/dashboard/contract/platform.js';
import type { TracePage } from '../../packages/loom/src/dashboard/contract/traces.js';
import type { Database } from '../../packages/loom/src/store/database.js';
import { type Scratch, scratchFolder } from '../harness/scratch.js';
import { chromium, launch } from './dashboard/chromium.js';
import { LM, type RunningDashboard, seededProject, startDashboard } from './dashboard/dashboard.js';
import { places } from './dashboard/places.js';
import { ask, settled, visit, type WatchedPage, watchedPage } from './dashboard/watched-page.js';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** A folder for pictures of every page. */
const PICTURES = process.env['DASHBOARD_PICTURES'];

declare global {
  interface Window {
    readonly axe: { run(root: Document, options: object): Promise<AxeResults> };
    /** Titles of notifications. */
    notified?: string[];
  }
}

describe.skipIf(!chromium)('the dashboard in a browser (needs Chromium)', () => {
  let browser: Browser;
  let project: Scratch;
  let dashboard: RunningDashboard;

  beforeAll(async () => {
    project = seededProject(700, addEvents);
    [browser, dashboard] = await Promise.all([launch(), startDashboard(project.dir)]);
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.stop();
    await project?.remove();
  });

  async function open(options: Parameters<typeof watchedPage>[2] = {}): Promise<WatchedPage> {
    const watched = await watchedPage(browser, dashboard, options);
    await watched.page.goto(dashboard.openUrl);
    await settled(watched.page);
    return watched;
  }

  // Both widths and both themes. All pairs are slow, so they are only for the pictures.
  const screens = [
    [1600, 'light'],
    [360, 'dark'],
    ...(PICTURES
      ? ([
          [1600, 'dark'],
          [360, 'light'],
        ] as const)
      : []),
  ] as const;
  // An empty project and a large one are only for the pictures too.
  const sizes = [
    ['small', undefined],
    ...(PICTURES
      ? ([
          ['empty', 0],
          ['huge', 30_000],
        ] as const)
      : []),
  ] as const;
  const cases = sizes.flatMap(([size, traces]) =>
    screens.map(([width, theme]) => [width, theme, size, traces] as const),
  );
  it.each(cases)(
    'every page at %i px, %s, %s is accessible, and not wider than the screen',
    async (width, theme, size, traces) => {
      const other = traces === undefined ? undefined : await anotherDashboard(traces);
      if (other) onTestFinished(other.stop);
      const { pageUrl, openUrl } = other ?? dashboard;
      const options = { viewport: { width, height: 900 }, colorScheme: theme };
      const { page, alarms } = await watchedPage(browser, other ?? dashboard, options);
      await page.goto(openUrl);
      await settled(page);
      const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const problems: string[] = [];
      for (const [name, place] of Object.entries(await places(page))) {
        await visit(page, pageUrl, `/${place}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(
          (tags) => window.axe.run(document, { runOnly: tags }),
          WCAG,
        );
        problems.push(...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]?.html}`));
        if (PICTURES)
          await page.screenshot({
            path: join(PICTURES, size, `${name}-${width}-${theme}.png`),
            fullPage: true,
          });
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (excess > 0) problems.push(`${name}: ${excess} px too wide`);
      }
      expect(problems).toEqual([]);
      expect(alarms).toEqual([]);
      await page.context().close();
    },
  );

  it('filters are in the address, and Back returns to the list', async () => {
    const { page } = await open();
    await visit(page, dashboard.pageUrl, '/#/traces');
    await page.getByLabel('Status').selectOption('error');
    await page.getByRole('button', { name: /^refund/ }).click();
    await expect.poll(() => page.url()).toContain('#/traces?status=error&tool=refund');
    await expect.poll(() => names(page)).not.toContain('search_notes');
    await page.getByLabel('Search traces').fill('nothing has these words');
    await page.getByText('No trace matches this filter').waitFor();
    expect(page.url()).toContain('q=nothing+has+these+words');

    await page.getByLabel('Search traces').fill('');
    await expect.poll(() => names(page)).toContain('refund');
    const address = page.url();
    await page.getByRole('link', { name: 'refund', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.goBack();
    await expect.poll(() => names(page)).toContain('refund');
    expect(page.url()).toBe(address);
    // The same address in a new tab shows the same.
    const tab = await page.context().newPage();
    await tab.goto(address);
    await expect.poll(() => names(tab)).toContain('refund');
    expect(await tab.getByLabel('Status').inputValue()).toBe('error');
    await page.context().close();
  });

  it('a time is chosen once for all pages, also by a drag over a curve, and is in the address', async () => {
    const { page, alarms } = await open();
    await page.getByLabel('Time', { exact: true }).selectOption('7d');
    await expect.poll(() => page.url()).toContain('last=7d');
    await page.getByRole('link', { name: 'Errors' }).click();
    await page.getByRole('heading', { name: 'Errors', level: 1 }).waitFor();
    expect(page.url()).toContain('#/errors?last=7d');
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    const curve = page.locator('.curve .u-over').first();
    const box = await curve.boundingBox();
    if (!box) throw new Error('There is no curve');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toMatch(/from=\d+&to=\d+/);
    const { query } = addressOf(page.url());
    const span = Number(query.get('to')) - Number(query.get('from'));
    expect(span / (7 * 86_400_000)).toBeGreaterThan(0.25);
    expect(span / (7 * 86_400_000)).toBeLessThan(0.35);
    await settled(page);
    await page.getByRole('link', { name: 'Tools', exact: true }).click();
    expect(addressOf(page.url()).query.get('from')).toBe(query.get('from'));
    expect(alarms).toEqual([]);
    await page.context().close();
  });

  it('filters have counts, and a click on one filters by it', async () => {
    const { page } = await open();
    await visit(page, dashboard.pageUrl, '/#/traces?last=90d');
    const facets = page.getByLabel('Filters with counts');
    await facets.getByRole('button', { name: /^error \d+$/ }).click();
    await expect.poll(() => page.url()).toContain('status=error');
    const refunds = facets.getByRole('button', { name: /^refund \d+$/ });
    const counted = Number(((await refunds.textContent()) ?? '').replace(/\D+/g, ''));
    await refunds.click();
    await page.getByText(`${counted} traces`).waitFor();
    await page.getByLabel('Group by').selectOption('client');
    await page.getByRole('table', { name: 'Traces by client' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Save as a file').selectOption('csv'),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(counted + 1);
    await page.context().close();
  });

  it('columns can be chosen, and a view can be saved with a name, opened and removed', async () => {
    const { page, alarms } = await open({ viewport: { width: 1400, height: 900 } });
    await visit(page, dashboard.pageUrl, '/#/traces?tool=refund&last=30d');
    const heads = page.getByRole('table', { name: 'Traces' }).getByRole('columnheader');
    await heads.first().waitFor();
    expect(await heads.allInnerTexts()).not.toContain('Client');
    await page.getByText('Columns', { exact: true }).click();
    await page.getByLabel('Client', { exact: true }).check();
    await page.getByLabel('Tokens').uncheck();
    await expect.poll(() => page.url()).toContain('columns=cost%2Cduration%2Cclient');
    expect(await heads.allInnerTexts()).toEqual([
      'Tool',
      'Input or error',
      'Cost',
      'Duration',
      'Client',
      'Started',
    ]);
    const query = new URL(page.url()).hash;
    await page.getByText('Saved views').click();
    await page.getByLabel('Name of the view').fill('Refunds by client');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await visit(page, dashboard.pageUrl, '/#/traces');
    await page.reload();
    await page.getByRole('link', { name: 'Refunds by client' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe(query);
    await page.getByRole('button', { name: 'Remove the view Refunds by client' }).click();
    await expect.poll(() => page.getByRole('link', { name: 'Refunds by client' }).count()).toBe(0);
    expect(alarms).toEqual([]);
    await page.context().close();
  });

  it('a trace shows the platform’s spans, each kind with its facts', async () => {
    const { page, alarms } = await open();
    await visit(page, dashboard.pageUrl, '/#/traces');
    await page.locator('.trace-window .name').first().click();
    const platform = page.locator('.span.platform');
    await platform.first().waitFor();
    const kinds = await platform.locator('.icon').evaluateAll((icons) => icons.map((icon) => icon.ariaLabel));
    expect(kinds).toEqual(['request', 'KV', 'D1', 'fetch', 'R2', 'Durable Object']);
    await platform.nth(2).click();
    const detail = page.getByRole('complementary');
    await detail.getByText('SELECT * FROM notes WHERE tag = ?').first().waitFor();
    await detail.getByRole('button', { name: 'Close details' }).click();
    expect(await detail.count()).toBe(0);
    expect(alarms).toEqual([]);
    await page.context().close();
  });

  it.runIf(PICTURES)('the picture of README', async () => {
    const { page } = await watchedPage(browser, dashboard, { viewport: { width: 1280, height: 660 } });
    await page.goto(dashboard.openUrl);
    await settled(page);
    const { rows } = await ask<TracePage>(page, 'traces?limit=100');
    const views = await Promise.all(
      rows
        .filter(({ generations, failed }) => generations > 0 && !failed)
        .map(async ({ id }) => ({
          id,
          ...(await ask<PlatformView>(page, `traces/${encodeURIComponent(id)}/platform`)),
        })),
    );
    const shown = views.find(({ spans }) => spans.length > 0);
    await visit(page, dashboard.pageUrl, `/#/traces/${encodeURIComponent(shown?.id ?? '')}`);
    await page.locator('.span').first().click();
    await page.locator('.span.platform').first().waitFor();
    await page.screenshot({ path: join(PICTURES ?? '', 'readme.png') });
    await page.context().close();
  });

  it('a trace shows the events of its request, in order, with their text', async () => {
    const { page, alarms } = await open();
    await visit(page, dashboard.pageUrl, `/#/traces/${EVENTFUL}`);
    const panel = page.getByRole('region', { name: 'Events of the request' });
    await panel.getByText('notifications/progress').waitFor();
    const told = await panel.getByRole('listitem').allInnerTexts();
    expect(told.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
      expect.stringMatching(/^\+5\.0 ms notifications\/progress/),
      expect.stringMatching(/^\+12 ms exception/),
    ]);
    await panel.getByText('notifications/progress').click();
    await panel.getByText('half of the notes').waitFor();
    expect(alarms).toEqual([]);
    await page.context().close();
  });

  it('pages of agents are offered once they have something to show', async () => {
    const empty = await anotherDashboard(0);
    onTestFinished(empty.stop);
    const { page, alarms } = await watchedPage(browser, empty);
    await page.goto(empty.openUrl);
    await settled(page);
    const offered = () => page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
    const server = ['Overview', 'Traces', 'Tools', 'Errors', 'Clients', 'MCP sessions', 'Rules'];
    await expect.poll(offered).toEqual(server);
    await promisify(execFile)(process.execPath, ['--no-warnings', LM, 'create', 'Look into slow searches'], {
      cwd: empty.dir,
    });
    await expect.poll(offered).toEqual([...server, 'Issues']);
    expect(alarms).toEqual([]);
    await page.context().close();
  });

  it('a rule that begins to fire is shown on every page, and in a notification if these are allowed', async () => {
    const { page, alarms } = await watchedPage(browser, dashboard);
    await page.clock.install();
    await page.addInitScript(() => {
      window.notified = [];
      window.Notification = class {
        static readonly permission = 'granted';
        constructor(title: string) {
          window.notified?.push(title);
        }
      } as unknown as typeof Notification;
    });
    const asked = page.waitForResponse(`${dashboard.pageUrl}/view/rules`);
    await page.goto(dashboard.openUrl);
    await settled(page);
    await asked;
    const rules = join(project.dir, '.loom/rules.json');
    const firing = { id: 'rule-1', when: 'requests > 0 for 90d' };
    const silent = { id: 'rule-2', when: 'errors of no_such_tool > 0 for 10m' };
    await writeFile(rules, JSON.stringify({ version: 1, rules: [firing, silent] }));
    // The page loads again four times a minute, so the test need not wait for it.
    await page.clock.fastForward('00:20');
    await page.getByRole('status').getByText('requests > 0 for 90d').waitFor();
    await expect.poll(() => page.evaluate(() => window.notified)).toEqual(['Firing: requests > 0 for 90d']);
    await page.getByRole('status').getByRole('link', { name: 'requests > 0' }).click();
    await page.getByRole('heading', { name: 'Rules', level: 1 }).waitFor();
    const row = page.getByRole('row').filter({ hasText: 'no_such_tool' });
    await row.getByText('not known').first().waitFor();
    await rm(rules);
    expect(alarms).toEqual([]);
    await page.context().close();
  });

  it('can be used without a mouse', async () => {
    const { page } = await open();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Traces', level: 1 }).waitFor();
    await expect.poll(async () => (await names(page)).length).toBeGreaterThan(5);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await focusedRow(page)).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Traces', level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('refund');
    await expect.poll(() => page.url()).toContain('q=refund');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.getByRole('heading', { name: 'Budgets', level: 1 }).waitFor();
    await page.context().close();
  });

  it('a link skips the navigation, and the theme is remembered', async () => {
    const { page } = await open({ colorScheme: 'light' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    const back = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await back();
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('button', { name: 'Theme' }).click();
    const dark = await back();
    expect(dark).not.toBe(light);
    await page.reload();
    await settled(page);
    expect(await back()).toBe(dark);
    await page.context().close();
  });

  it('without its cookie the page explains how to sign in', async () => {
    const { page } = await open();
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Issues' }).click();
    await page.getByText('Open the address that lm dashboard printed').waitFor();
    await page.goto(`${dashboard.pageUrl}/`);
    await page.getByRole('heading', { name: 'Open the address from the terminal' }).waitFor();
    await page.context().close();
  });
});

const EVENTFUL = 'ee'.repeat(16);

/** A trace whose request sent progress to its client, and whose span has an exception. */
function addEvents(db: Database): void {
  // It is older than the newest trace, which other tests open.
  const startedUs = (Date.now() - 2 * 3_600_000) * 1000;
  db.run(
    `INSERT INTO traces(id, name, server, tool, method, started_us, duration_us, root_id, observations, updated_at)
     VALUES (?, 'notes-mcp:import_notes', 'notes-mcp', 'import_notes', 'tools/call', ?, 20000, 'root', 2, 0)`,
    EVENTFUL,
    startedUs,
  );
  const insert = (
    id: string,
    parent: string | null,
    type: string,
    name: string,
    atMs: number,
    input: object,
    detail: object,
  ) =>
    db.run(
      `INSERT INTO observations(trace_id, id, parent_id, type, name, started_us, duration_us, source, input, detail)
       VALUES (?, ?, ?, ?, ?, ?, 0, 'otlp', ?, ?)`,
      EVENTFUL,
      id,
      parent,
      type,
      name,
      startedUs + atMs * 1000,
      JSON.stringify(input),
      JSON.stringify(detail),
    );
  const exception = {
    name: 'exception',
    atMs: startedUs / 1000 + 12,
    attributes: { 'exception.message': 'no space left' },
  };
  insert('root', null, 'tool', 'notes-mcp:import_notes', 0, {}, { wire: { events: [exception] } });
  insert(
    'told',
    'root',
    'event',
    'notifications/progress',
    5,
    { progress: 0.5, message: 'half of the notes' },
    {},
  );
}

/** The dashboard of a project of this size; 0 is an empty project. Stopping it removes the project too. */
async function anotherDashboard(traces: number): Promise<RunningDashboard & { readonly dir: string }> {
  const made = traces > 0 ? seededProject(traces) : scratchFolder();
  const started = await startDashboard(made.dir);
  return {
    ...started,
    dir: made.dir,
    stop: async () => {
      await started.stop();
      await made.remove();
    },
  };
}

function addressOf(url: string): { readonly query: URLSearchParams } {
  return { query: new URLSearchParams(new URL(url).hash.split('?')[1]) };
}

function names(page: Page): Promise<string[]> {
  return page.locator('.trace-window .name').allInnerTexts();
}

function focusedRow(page: Page): Promise<number> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main [data-row]')].indexOf(document.activeElement as Element),
  );
}
