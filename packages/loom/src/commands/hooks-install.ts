import { dirname } from 'node:path';
import { hookCommands, readSettings, settingsPath, writeSettings } from '../hooks/settings.js';
import { HOOK_EVENTS, withHooks } from '../hooks/settings-text.js';
import { requireLoomDir } from '../store/folder.js';
import { command } from './spec.js';

export const hooksInstall = command({
  builder: (yargs) =>
    yargs
      .option('shared', {
        type: 'boolean',
        default: false,
        describe: 'Into .claude/settings.json, which is committed, not settings.local.json',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only show what would be written' }),
  run: ({ cwd, shared, dryRun }) => {
    const projectDir = dirname(requireLoomDir(cwd));
    const path = settingsPath(projectDir, shared);
    const before = readSettings(path);
    const commands = hookCommands(projectDir);
    const after = withHooks(before, commands, path);
    if (!dryRun && after !== before) {
      writeSettings(path, after);
    }
    const did = after === before ? 'Already in' : dryRun ? 'Would be written to' : 'Written to';
    return {
      data: {
        path,
        changed: after !== before,
        written: !dryRun && after !== before,
        commands: Object.fromEntries(HOOK_EVENTS.map((event) => [event, commands(event)])),
        events: HOOK_EVENTS,
      },
      text: dryRun
        ? `${did} ${path}:\n${after}`
        : `${did} ${path}: ${HOOK_EVENTS.join(', ')}.\nClaude Code sessions in this project are recorded from their next start on.`,
    };
  },
});
