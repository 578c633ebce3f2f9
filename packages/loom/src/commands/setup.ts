import { dirname } from 'node:path';
import { AGENTS, planSetup } from '../agents/setup.js';
import { writeSettings } from '../hooks/settings.js';
import { NO_SETTINGS } from '../hooks/settings-text.js';
import { requireLoomDir } from '../store/folder.js';
import { command } from './spec.js';

export const setup = command({
  builder: (yargs) =>
    yargs
      .positional('agent', { choices: AGENTS, demandOption: true, describe: 'Agent' })
      .option('remove', { type: 'boolean', default: false, describe: 'Undo it, byte for byte' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only show the change' }),
  run: ({ cwd, agent, remove, dryRun }) => {
    const dir = dirname(requireLoomDir(cwd));
    const { edits, left } = planSetup(agent, dir, remove);
    const changed = edits.filter(({ before, after }) => before !== after);
    if (!dryRun) {
      for (const { path, after } of changed) {
        // If nothing would be left of a file, we created it.
        writeSettings(path, after === '' ? NO_SETTINGS : after);
      }
    }
    const did = dryRun ? 'Would write' : remove ? 'Removed from' : 'Wrote';
    const lines = changed.map(
      ({ path, what, after }) => `${did} ${path} (${what})${dryRun ? `:\n${after}` : ''}`,
    );
    return {
      data: {
        agent,
        removed: remove,
        files: changed.map(({ path, what }) => ({ path, what })),
        left: left.map(({ says }) => says),
        written: !dryRun,
      },
      text: [
        ...(lines.length > 0 ? lines : [remove ? 'There is nothing to remove.' : 'Everything is in place.']),
        ...left.map(({ says }) => says),
      ].join('\n'),
    };
  },
});
