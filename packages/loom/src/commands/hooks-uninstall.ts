import { dirname } from 'node:path';
import { readSettings, settingsPath, writeSettings } from '../hooks/settings.js';
import { withoutHooks } from '../hooks/settings-text.js';
import { requireLoomDir } from '../store/folder.js';
import { worktreesOf } from '../store/worktrees.js';
import { command } from './spec.js';

export const hooksUninstall = command({
  builder: (yargs) => yargs,
  run: ({ cwd }) => {
    const projectDir = dirname(requireLoomDir(cwd));
    const changed: string[] = [];
    const paths = [
      ...[false, true].map((shared) => settingsPath(projectDir, shared)),
      ...worktreesOf(projectDir).map((tree) => settingsPath(tree, false)),
    ];
    for (const path of paths) {
      const before = readSettings(path);
      const after = withoutHooks(before, path);
      if (after !== before) {
        writeSettings(path, after);
        changed.push(path);
      }
    }
    return {
      data: { changed },
      text: changed.length > 0 ? `Removed from ${changed.join(' and ')}.` : 'There were no Loom hooks.',
    };
  },
});
