import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../packages/loom/src/store/database.js';
import type { Scratch } from '../harness/scratch.js';
import { chromium, launch } from './dashboard/chromium.js';
import { type RunningDashboard, seededProject, startDashboard } from './dashboard/dashboard.js';
import { settled, watchedPage } from './dashboard/watched-page.js';

const MINUTE = 60_000;

interface Fault {
  readonly tool: string;
  readonly errorType: string;
  readonly message: (n: number) => string;
  readonly client: readonly [name: string, version: string];
  readonly release: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly minutes: number;
}

/** A wrong argument of one client, an upstream that fails since a release, and a missing tool. */
const FAULTS: readonly Fault[] = [
  {
    tool: 'add_note',
    errorType: 'invalid_arguments',
    message: (n) => `tags.${n}: expected string, received number`,
    client: ['cursor', '1.9.1'],
    release: '2026.11.2',
    input: { text: 'x', tags: [1] },
    minutes: 40,
  },
  {
    tool: 'get_invoice',
    errorType: 'upstream_5xx',
    message: (n) => `billing.internal answered 503 for invoice ${n}`,
    client: ['claude-code', '2.1.160'],
    release: '2026.11.3',
    input: { query: 'x', limit: 5 },
    minutes: 25,
  },
  {
    tool: 'remove_note',
    errorType: 'unknown_tool',
    message: () => 'Tool remove_note not found',
    client: ['claude-code', '2.2.0'],
    release: '2026.11.2',
    input: { id: 7 },
    minutes: 15,
  },
];

function addFaults(db: Database): void {
  const now = Date.now();
  for (const [at, fault] of FAULTS.entries()) {
    for (let n = 0; n < 20; n += 1) {
      const failed = at !== 0 || n % 4 !== 0;
      const input = failed || at !== 0 ? fault.input : { text: 'x' };
      const id = `fault-${at}-${n}`;
      const us = Math.round((now - (fault.minutes - 1) * MINUTE * (1 - n / 20) - MINUTE) * 1000);
      db.run(
        `INSERT INTO traces(id, name, server, tool, method, errors, error_type, status_message, client_name, client_version,
           release, environment, root_id, started_us, duration_us, updated_at)
         VALUES (?1, ?1, 'notes-mcp', ?2, 'tools/call', ?3, ?4, ?5, ?6, ?7, ?8, 'production', 'root', ?9, 9000, 0)`,
        id,
        fault.tool,
        Number(failed),
        failed ? fault.errorType : null,
        failed ? fault.message(n) : null,
        ...fault.client,
        fault.release,
        us,
      );
      db.run(
        `INSERT INTO observations(trace_id, id, name, level, started_us, source, input) VALUES (?, 'root', 'x', ?, ?, 'otlp', ?)`,
        id,
        failed ? 'ERROR' : 'DEFAULT',
        us,
        JSON.stringify(input),
      );
    }
  }
}

describe.skipIf(!chromium)(
  'on call: from a failing client to the cause, only with the page (needs Chromium)',
  () => {
    let browser: Browser;
    let project: Scratch;
    let dashboard: RunningDashboard;
    let page: Page;

    beforeAll(async () => {
      project = seededProject(700, addFaults);
      [browser, dashboard] = await Promise.all([launch(), startDashboard(project.dir)]);
      ({ page } = await watchedPage(browser, dashboard, { viewport: { width: 1400, height: 1000 } }));
      await page.goto(dashboard.openUrl);
      await settled(page);
      // Step 1, for each fault: choose the last hour, because the curve shows that the failures began in it.
      await page.getByLabel('Time', { exact: true }).selectOption('1h');
      await page.waitForURL(/last=1h/);
    });
    afterAll(async () => {
      await browser?.close();
      await dashboard?.stop();
      await project?.remove();
    });

    async function open(name: string): Promise<void> {
      await page.getByRole('link', { name, exact: true }).first().click();
      await settled(page);
    }

    /** The cells of a table's row that contains this text. */
    async function row(table: string, text: string): Promise<string[]> {
      const found = page
        .getByRole('table', { name: table })
        .getByRole('row')
        .filter({ hasText: text })
        .first();
      await found.waitFor();
      return found.locator('th, td').allTextContents();
    }

    it('1: a wrong argument of one client', async () => {
      await open('Errors');
      // Step 2: the group shows the tool, the type, the count, the first time and the affected clients.
      const group = await row('Failures of one tool', 'tags.<n>: expected string');
      expect(group.join(' ')).toMatch(/add_note · invalid_arguments.*15.*cursor 15.*new/);
      // Step 3: the tool's page shows the argument.
      await page.getByRole('link', { name: 'Tools', exact: true }).click();
      await settled(page);
      await open('add_note');
      expect((await row('Arguments by use and by failure', 'tags')).slice(2)).toEqual(['100%', '0%']);
      expect((await row('Clients that call it', '1.9.1')).slice(1)).toEqual(['20', '75%']);
    });

    it('2: an upstream that fails since a release', async () => {
      await open('Errors');
      const group = await row('Failures of one tool', 'answered <n> for invoice <n>');
      expect(group.join(' ')).toMatch(/get_invoice · upstream_5xx.*20.*claude-code 20.*new/);
      // Step 3: grouped by release, only the newest fails.
      await page
        .getByRole('table', { name: /Failures of one tool/ })
        .getByRole('row')
        .filter({ hasText: 'upstream_5xx' })
        .getByRole('link', { name: '20' })
        .click();
      await settled(page);
      await page.getByLabel('Group by').selectOption('release');
      expect((await row('Traces by release', '2026.11.3')).slice(1, 3)).toEqual(['20', '100%']);
    });

    it('3: a missing tool', async () => {
      await page.getByRole('link', { name: 'Overview' }).click();
      await settled(page);
      // Step 2: the overview counts requests that reached no handler.
      await page.getByRole('link', { name: '20 unknown tool' }).click();
      await settled(page);
      await page.getByText('20 traces').waitFor();
      // Step 3: the filters' counts show the tool and the client's version.
      const facets = page.getByLabel('Filters with counts');
      await facets.getByRole('button', { name: 'remove_note 20' }).waitFor();
      await facets.getByText('Client version', { exact: true }).click();
      await facets.getByRole('button', { name: '2.2.0 20' }).waitFor();
    });
  },
);
