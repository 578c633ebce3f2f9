import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findLoomDir, loomDirToMake } from '../store/folder.js';
import { openLoom } from '../store/open.js';
import { projectKey } from '../store/project-key.js';
import { writeScaffold } from '../store/scaffold.js';
import { command } from './spec.js';

/** Databases of the earlier, Rust-written Loom, which had its folder in the same place. */
const EARLIER = ['work.db', 'memory.db', 'agents.db'];

export const init = command({
  builder: (yargs) => yargs,
  run: ({ cwd }) => {
    const loomDir = loomDirToMake(cwd);
    const above = findLoomDir(dirname(dirname(loomDir)), {});
    const shown = relative(cwd, loomDir).replaceAll('\\', '/');
    const { created, kept } = writeScaffold(loomDir);
    const earlier = EARLIER.filter((name) => existsSync(join(loomDir, name)));
    const db = openLoom(loomDir);
    try {
      projectKey(db);
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
          ? [`  note     ${above} is there too; in this folder and below it is not used any more`]
          : []),
        ...(earlier.length > 0
          ? [
              `  note     ${shown} belongs to the earlier Loom too (${earlier.join(', ')}). Its files stay as they are. \`lm import lm-rust\` copies what is in them.`,
            ]
          : []),
        '',
        'Next: `lm create "What to do"`, or `lm hooks install` to record Claude Code sessions by themselves.',
      ];
      return { data: { dir: loomDir, created, kept, migrations: applied, earlier }, text: lines.join('\n') };
    } finally {
      db.close();
    }
  },
});
