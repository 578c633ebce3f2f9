import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { startReceiver } from '@create-something/loom/receiver';
import { differences, hashFiles } from '../../test/harness/files.js';
import { copyFixture } from '../../test/harness/fixture.js';
import { stopAll } from '../../test/harness/process.js';
import { type OpenDashboard, openDashboard } from './dashboard.js';
import { KeptTraces } from './kept-traces.js';
import { cut, hush, paint, say, step } from './page.js';
import { command, commit, packPackages, settle, whatChanged, writeKeys } from './project.js';
import { promise, summary } from './promises.js';
import { callTools, judgeTraces, shownTraces } from './traces.js';

type Cleanups = (() => Promise<void>)[];

/**
 * Runs the demo and returns the exit code: 0 if everything worked as promised. On a terminal it ends with the
 * dashboard
 * open, until Ctrl-C; `--no-open` leaves that out.
 */
export async function main(words: readonly string[]): Promise<number> {
  const { open } = parseArgs({
    args: [...words],
    options: { open: { type: 'boolean', default: process.stdout.isTTY === true && !process.env['CI'] } },
    allowNegative: true,
  }).values;
  const started = Date.now();
  const cleanups: Cleanups = [];
  try {
    const signal = interrupted();
    const told = await Promise.race([tell(cleanups), signal]);
    if (typeof told !== 'number') {
      const code = conclude(started);
      if (code !== 0 || !open || !told) return code;
      told.show();
      await signal;
      return 0;
    }
    hush();
    // Programs first: they would go on writing into folders that are being deleted.
    await stopAll();
    return told;
  } finally {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => {});
  }
}

/** The exit code of whichever signal comes. */
function interrupted(): Promise<number> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve(130));
    process.on('SIGTERM', () => resolve(143));
  });
}

async function tell(cleanups: Cleanups): Promise<OpenDashboard | undefined> {
  say(paint('bold', 'Add traces to an MCP server on Cloudflare Workers, and remove them again'));
  say();
  const project = await copyFixture('demo', { modules: 'none' });
  cleanups.push(project.remove);
  const { dir } = project;
  let before = new Map<string, string>();
  await step('npm install', async () => {
    await settle(project);
    before = await hashFiles(dir);
    return `${before.size} files and folders in ${dir}`;
  });

  let isSetUp = false;
  await step('init', async () => {
    const packages = await packPackages(project);
    const made = await command(['init', '--yes', '--packages', relative(dir, packages)], dir);
    isSetUp = made.code === 0;
    promise(isSetUp, 'init ended well', `exit code ${made.code}\n${made.stdout}${made.stderr}`);
    return isSetUp ? whatChanged(dir) : 'failed';
  });
  // Later steps would fail for the same reason.
  if (!isSetUp) return undefined;
  await commit(dir, 'Set up observability');

  const kept = await KeptTraces.make();
  cleanups.push(kept.remove);
  const receiver = await startReceiver({ store: kept });
  cleanups.push(() => receiver.close());
  const removeKeys = await writeKeys(dir, receiver.url);
  await step('wrangler dev', () => callTools(dir, cleanups));
  await step('traces', () => judgeTraces(receiver));
  for (const line of shownTraces(receiver)) say(cut(`  ${line}`));

  await step('check', async () => {
    const checked = await command(['check'], dir);
    promise(checked.code === 0, 'check is clean', `exit code ${checked.code}\n${checked.stdout}`);
    return 'every tool is traced';
  });
  await step('remove', async () => {
    await removeKeys();
    const removed = await command(['remove', '--yes'], dir);
    promise(removed.code === 0, 'remove ended well', `exit code ${removed.code}\n${removed.stderr}`);
    const differing = differences(before, await hashFiles(dir));
    promise(
      differing.length === 0,
      `all ${before.size} files and folders are byte for byte what they were`,
      differing.map(({ path, what }) => `${path} ${what}`).join(', '),
    );
    return `all ${before.size} files and folders are byte for byte what they were`;
  });
  let dashboard: OpenDashboard | undefined;
  await step('lm dashboard', async () => {
    kept.close();
    dashboard = await openDashboard(kept.dir, shownTraces(receiver).length > 0 ? receiver.traces() : []);
    cleanups.push(dashboard.stop);
    return 'shows these traces, with tokens and cost';
  });
  return dashboard;
}

function conclude(started: number): number {
  const { kept, broken } = summary();
  const seconds = Math.round((Date.now() - started) / 1000);
  say();
  if (broken.length === 0) {
    say(paint(['bold', 'green'], `All ${kept} promises kept, in ${seconds} s.`));
    return 0;
  }
  say(paint(['bold', 'red'], `${broken.length} of ${kept + broken.length} promises broken:`));
  for (const what of broken) say(`  ${what}`);
  return 1;
}
