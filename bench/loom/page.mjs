// `node bench/loom/page.mjs [traces]`: the waiting times of a person in the browser, on a project of that size
// (100,000): first content, the overview's figures, and the frames while the list of traces scrolls. Needs Chromium
// (CHROMIUM_PATH). Build packages/loom first. DASHBOARD_DIR is a project that `node bench/loom/seed.mjs` created
// before.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { runTypeScript } from '../../scripts/run-typescript.mjs';

const LM = process.env.LM ?? fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));
const TRACES = process.argv[2] ?? '100000';
const OPENED = 9;
const FRAMES = 240;
const FRAME_MS = 1000 / 60;

const made = process.env.DASHBOARD_DIR ? undefined : mkdtempSync(join(tmpdir(), 'loom-page-'));
const dir = process.env.DASHBOARD_DIR ?? made;
let child;
let browser;
try {
  if (made) {
    await runTypeScript('test/loom/dashboard/seed.ts', [dir, TRACES, TRACES]);
  }
  const url = await start();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const first = [];
  const figures = [];
  await page.goto(url);
  for (let n = 0; n < OPENED; n += 1) {
    await page.goto('about:blank');
    await page.goto(url);
    await page.locator('.figures .value').first().waitFor();
    first.push(
      await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0),
    );
    figures.push(
      await page.evaluate(() => {
        const [answer] = performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.includes('/view/overview'));
        return answer?.responseEnd ?? 0;
      }),
    );
  }
  console.log(`load of the machine ${loadavg()[0].toFixed(1)}; median (slowest) of ${OPENED}`);
  console.log(`first content          ${text(first)}`);
  console.log(`figures of the overview ${text(figures)}`);
  await page.goto(`${new URL(page.url()).origin}/#/traces?last=90d`);
  await page.locator('.trace-window .trace-row').first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const before = await spent(devtools);
  const deltas = await page.evaluate(
    (frames) =>
      new Promise((resolve) => {
        const all = [];
        let last = performance.now();
        const step = (now) => {
          all.push(now - last);
          last = now;
          scrollBy(0, 90);
          if (all.length < frames) requestAnimationFrame(step);
          else resolve(all.slice(1));
        };
        requestAnimationFrame(step);
      }),
    FRAMES,
  );
  const dropped = deltas.filter((ms) => ms > FRAME_MS * 1.5).length;
  const perFrame = Object.entries(await spent(devtools)).map(
    ([name, ms]) => `${name} ${((ms - before[name]) / FRAMES).toFixed(2)}`,
  );
  console.log(`each of its frames, ms ${perFrame.join(', ')}`);
  console.log(
    `scrolling ${FRAMES} frames   ${dropped} later than a frame and a half, the longest ${Math.max(...deltas).toFixed(0)} ms`,
  );
} finally {
  await browser?.close();
  child?.kill('SIGTERM');
  if (made) {
    rmSync(made, { recursive: true, force: true });
  }
}

/** The processor time of the page's thread so far, in ms. */
async function spent(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (name) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1000;
  return {
    script: of('ScriptDuration'),
    style: of('RecalcStyleDuration'),
    layout: of('LayoutDuration'),
    all: of('TaskDuration'),
  };
}

function text(times) {
  const sorted = times.toSorted ? times.toSorted((a, b) => a - b) : [...times].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1].toFixed(0)} ms (${sorted.at(-1).toFixed(0)} ms)`;
}

async function start() {
  child = spawn(process.execPath, [LM, 'dashboard', '--port', '0', '--cwd', dir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    const address = /http:\S+token=\S+/.exec(said)?.[0];
    if (address) {
      return address;
    }
  }
  throw new Error(said);
}
