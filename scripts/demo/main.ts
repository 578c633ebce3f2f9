import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { startReceiver } from '@create-something/loom/receiver';
import { differences, hashFiles } from '../../test/harness/files.js';
import { copyFixture } from '../../test/harness/fixture.js';
import { stopAll } from '../../test/harness/process.js';
import { type OpenDashboard, openDashboard } from './dashboard.js';
import { KeptTraces } from './kept-traces.js';
import { cut, paint, say, silenceOutput, step } from './page.js';
import { command, commit, countChanges, packPackages, settle, writeKeys } from './project.js';
import { promise, summary } from './promises.js';
import { callTools, judgeTraces, shownTraces } from './traces.js';

type Cleanups = (() => Promise<void>)[];

/**
 * Runs the demo and returns the exit code: 0 if everything worked as promised. On a terminal, the dashboard
 * stays open until Ctrl-C. `--no-open` skips that.
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
    silenceOutput();
    // End the programs first, because they still write into the folders.
    await stopAll();
    return told;
  } finally {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => {});
  }
}

/** The exit code for the received signal. */
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
    promise(isSetUp, 'init succeeded', `exit code ${made.code}\n${made.stdout}${made.stderr}`);
    return isSetUp ? countChanges(dir) : 'failed';
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
    promise(removed.code === 0, 'remove succeeded', `exit code ${removed.code}\n${removed.stderr}`);
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
