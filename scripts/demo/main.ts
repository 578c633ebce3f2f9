import { relative } from 'node:path';
import { startReceiver } from '@create-something/loom/receiver';
import { differences, hashFiles } from '../../test/harness/files.js';
import { copyFixture } from '../../test/harness/fixture.js';
import { stopAll } from '../../test/harness/process.js';
import { chapter, hush, indent, paint, say } from './page.js';
import { command, commit, diff, packPackages, settle, writeKeys } from './project.js';
import { promise, summary } from './promises.js';
import { callTools, showTraces } from './traces.js';

const COMMAND = 'npx create-something-observe';

/** Tells the story and gives the exit code: 0 when everything was as promised. */
export async function main(): Promise<number> {
  const started = Date.now();
  const cleanups: (() => Promise<void>)[] = [];
  try {
    const interruption = await Promise.race([tell(cleanups), interrupted()]);
    if (interruption === undefined) return conclude(started);
    hush();
    // Programs first: they would go on writing into folders that are being deleted.
    await stopAll();
    return interruption;
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

async function tell(cleanups: (() => Promise<void>)[]): Promise<undefined> {
  chapter('An MCP server on Workers, as its author left it', 'npm install');
  const project = await copyFixture('demo', { modules: 'none' });
  cleanups.push(project.remove);
  await settle(project);
  const { dir } = project;
  const before = await hashFiles(dir);
  say(indent(`${before.size} files and folders in ${dir}`));

  const packages = await packPackages(project);
  const init = ['init', '--yes', '--packages', relative(dir, packages)];
  chapter('One command sets it up', [COMMAND, ...init].join(' '));
  const made = await command(init, dir);
  say(indent(made.stdout + made.stderr));
  promise(made.code === 0, 'init ended well', `exit code ${made.code}`);
  // Whatever follows would only repeat that nothing was set up.
  if (made.code !== 0) return;

  chapter('What it changed', 'git diff');
  say(indent(await diff(dir)));
  await commit(dir, 'Set up observability');

  chapter('The tools are called through a real MCP client, in workerd', 'npx wrangler dev');
  const receiver = await startReceiver();
  cleanups.push(() => receiver.close());
  const removeKeys = await writeKeys(dir, receiver.url);
  await callTools(dir, cleanups);

  chapter(`The traces that arrived at ${receiver.url}`);
  await showTraces(receiver);

  chapter('In CI, one command tells whether all is still set up', `${COMMAND} check`);
  const checked = await command(['check'], dir);
  say(indent(checked.stdout + checked.stderr));
  promise(checked.code === 0, 'check is clean', `exit code ${checked.code}`);

  chapter('And one command takes everything out again', `${COMMAND} remove --yes`);
  await removeKeys();
  const removed = await command(['remove', '--yes'], dir);
  say(indent(removed.stdout + removed.stderr));
  promise(removed.code === 0, 'remove ended well', `exit code ${removed.code}`);
  const differing = differences(before, await hashFiles(dir));
  promise(
    differing.length === 0,
    `all ${before.size} files and folders are byte for byte what they were`,
    differing.map(({ path, what }) => `${path} ${what}`).join(', '),
  );
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
