import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EmbeddedReport } from '../../../packages/loom/src/dashboard/contract/report.js';
import type { TracePage } from '../../../packages/loom/src/dashboard/contract/traces.js';
import { laptopHome } from '../../../packages/loom/src/dashboard/laptop.js';
import { embeddedJson, reportAnswers, reportDocument } from '../../../packages/loom/src/dashboard/report.js';
import { openLoomForReading } from '../../../packages/loom/src/store/open.js';
import { LocalSql } from '../../../packages/loom/src/store/sql.js';
import { contextOf } from '../homes/context.js';
import { NOW, seededLaptop } from './seeded.js';

// `lm report` reads this machine's own file.
const { dir, ask } = seededLaptop(900, 200);

const asset = (type: string, text: string) => ({ type, body: Buffer.from(text) });
const ASSETS = new Map([
  [
    '/index.html',
    asset(
      'text/html',
      '<!doctype html><html><head><meta charset="utf-8"><link rel="stylesheet" href="app.css">\n<script src="app.js" defer></script>\n</head><body><div id="app"></div></body></html>',
    ),
  ],
  ['/app.css', asset('text/css', 'a::after{content:"</style>$&"}')],
  ['/app.js', asset('text/javascript', 'const end = "</script>$&";')],
]);

async function answers(): Promise<EmbeddedReport> {
  const db = openLoomForReading(dir);
  try {
    return await reportAnswers(contextOf(new LocalSql(db), laptopHome(db), NOW));
  } finally {
    db.close();
  }
}

describe('the report', () => {
  it('contains every page, the latest traces, and the details of the newest and the failed ones', async () => {
    const { answers: held, madeAt } = await answers();
    expect(madeAt).toBe(NOW);
    for (const name of [
      'overview',
      'overview?last=7d',
      'curves',
      'curves?last=30d&tool=refund',
      'errors',
      'clients',
      'mcp-sessions',
      'tools/refund',
      'agents',
      'trend',
      'trend?by=ai_task.type',
      'atlas',
      'atlas?dimension=touchpoint.type',
      'tools',
      'traces',
      'sessions?last=24h',
      'issues',
      'routing',
      'budgets',
    ]) {
      expect(held).toHaveProperty([name]);
    }
    const page = held.traces as TracePage;
    expect([page.rows.length, page.next, page.total]).toEqual([500, null, 900]);
    const whole = page.rows.filter((row) => `traces/${row.id}` in held);
    const failed = page.rows.slice(100).filter((row) => row.failed);
    expect(failed.length).toBeGreaterThan(0);
    expect(whole.map((row) => row.id)).toEqual([...page.rows.slice(0, 100), ...failed].map((row) => row.id));
    expect(whole.every((row) => `traces/${row.id}/platform` in held)).toBe(true);
  });

  it('has the same answers as the page, and says first what it leaves out', async () => {
    const { answers: held, cut } = await answers();
    const names = Object.keys(held).filter((name) => !/^(traces|sessions)(\?|$)|platform$/.test(name));
    expect(names.length).toBeGreaterThan(60);
    for (const name of names) {
      expect([name, held[name]]).toEqual([name, await ask(name)]);
    }
    expect(cut).toMatch(
      /^This report holds the newest 500 of 900 traces, and the details of \d+ of them, the failed ones first\. Counts and curves are complete\./,
    );
  });

  it('is one document that loads nothing and runs only its own code', async () => {
    const report = await answers();
    const page = reportDocument(ASSETS, report);
    expect(/<link(?! rel="icon" href="data:)|<script[^>]*\ssrc=/.test(page)).toBe(false);
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    expect(script).toBe('const end = "<\\/script>$&";');
    expect(style).toBe('a::after{content:"<\\/style>$&"}');
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(page).toContain(
      `content="default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:;`,
    );
    expect(page.indexOf('<script>')).toBeGreaterThan(page.indexOf('<div id="app">'));
    const [, json = ''] =
      /<script type="application\/json" id="report">([\s\S]*?)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it('no value can close the element that contains it', () => {
    const hostile = '</script><script>alert(1)</script><!-- \u2028\u2029 $& $`';
    const json = embeddedJson({ [hostile]: hostile });
    expect(json).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual({ [hostile]: hostile });
  });
});
