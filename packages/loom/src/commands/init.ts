import { dirname, relative } from 'node:path';
import { findLoomDir, loomDirToMake } from '../store/folder.js';
import { openLoom } from '../store/open.js';
import { projectKey } from '../store/project-key.js';
import { writeScaffold } from '../store/scaffold.js';
import { earlierLine, earlierLoom } from '../transfer/lm-rust-preview.js';
import { command } from './spec.js';

export const init = command({
  builder: (yargs) => yargs,
  run: ({ cwd }) => {
    const loomDir = loomDirToMake(cwd);
    const above = findLoomDir(dirname(dirname(loomDir)), {});
    const shown = relative(cwd, loomDir).replaceAll('\\', '/');
    const { created, kept } = writeScaffold(loomDir);
    const db = openLoom(loomDir);
    try {
      projectKey(db);
      const earlier = earlierLoom(db, loomDir, Date.now());
      const applied = db
        .all<{ name: string }>('SELECT name FROM d1_migrations ORDER BY id')
        .map((row) => row.name);
      const lines = [
        ...created.map((path) => `  created  ${shown}/${path}`),
        ...kept.map(
          ({ path, differs }) =>
            `  kept     ${shown}/${path}${differs ? ' (differs from this release)' : ''}`,
        ),
        `  ready    ${shown}/loom.db (${applied.join(', ')})`,
        ...(above
          ? [`  note     ${above} also exists; this folder and its subfolders no longer use it`]
          : []),
        ...(earlier ? [`  note     ${earlierLine(earlier, shown)}`] : []),
        '',
        'Next: `lm create "What to do"`, or `lm hooks install` to record Claude Code sessions automatically.',
      ];
      return {
        data: {
          dir: loomDir,
          created,
          kept,
          migrations: applied,
          earlier: earlier?.files ?? [],
          would_import: earlier?.report ?? null,
        },
        text: lines.join('\n'),
      };
    } finally {
      db.close();
    }
  },
});
