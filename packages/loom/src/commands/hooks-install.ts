import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  hookCommands,
  lmFromAnywhere,
  readSettings,
  settingsPath,
  writeSettings,
} from '../hooks/settings.js';
import { HOOK_EVENTS, withHooks } from '../hooks/settings-text.js';
import { requireLoomDir } from '../store/folder.js';
import { worktreesOf } from '../store/worktrees.js';
import { command } from './spec.js';

export const hooksInstall = command({
  builder: (yargs) =>
    yargs
      .option('shared', {
        type: 'boolean',
        default: false,
        describe: 'Into .claude/settings.json, which is committed, not settings.local.json',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only show the change' }),
  run: ({ cwd, shared, dryRun }) => {
    const projectDir = dirname(requireLoomDir(cwd));
    const path = settingsPath(projectDir, shared);
    const before = readSettings(path);
    const commands = hookCommands(projectDir);
    const after = withHooks(before, commands, path);
    // A git worktree has its own sessions, but no uncommitted files.
    const trees = shared ? [] : worktreesOf(projectDir).filter((tree) => existsSync(tree));
    const inTrees = trees.map((tree) => {
      const settings = settingsPath(tree, false);
      const was = readSettings(settings);
      return {
        path: settings,
        was,
        is: withHooks(was, hookCommands(tree, lmFromAnywhere(), projectDir), settings),
      };
    });
    const written = [{ path, was: before, is: after }, ...inTrees].filter(({ was, is }) => was !== is);
    if (!dryRun) {
      for (const edit of written) {
        writeSettings(edit.path, edit.is);
      }
    }
    const did = after === before ? 'Already in' : dryRun ? 'Would be written to' : 'Written to';
    return {
      data: {
        path,
        worktrees: inTrees.map((edit) => edit.path),
        changed: after !== before,
        written: !dryRun && after !== before,
        commands: Object.fromEntries(HOOK_EVENTS.map((event) => [event, commands(event)])),
        events: HOOK_EVENTS,
      },
      text: dryRun
        ? `${did} ${path}:\n${after}`
        : `${did} ${path}: ${HOOK_EVENTS.join(', ')}.${inTrees.length > 0 ? `\nThe same in ${inTrees.length} git worktrees; run it again after you add one.` : ''}\nClaude Code sessions in this project are recorded from their next start on.`,
    };
  },
});
