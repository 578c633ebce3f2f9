import { join } from 'node:path';
import { openLoom } from '../store/open.js';
import { projectKey } from '../store/project-key.js';
import { writeScaffold } from '../store/scaffold.js';
import { command } from './spec.js';

export const init = command({
  builder: (yargs) => yargs,
  run: ({ cwd }) => {
    const loomDir = join(cwd, '.loom');
    const { created, kept } = writeScaffold(loomDir);
    const db = openLoom(loomDir);
    try {
      projectKey(db);
      const applied = db
        .all<{ name: string }>('SELECT name FROM d1_migrations ORDER BY id')
        .map((row) => row.name);
      const lines = [
        ...created.map((path) => `  created  .loom/${path}`),
        ...kept.map(
          ({ path, differs }) => `  kept     .loom/${path}${differs ? ' (differs from this release)' : ''}`,
        ),
        `  ready    .loom/loom.db (${applied.join(', ')})`,
        '',
        'Next: `lm create "What to do"`, or `lm hooks install` to record Claude Code sessions by themselves.',
      ];
      return { data: { dir: loomDir, created, kept, migrations: applied }, text: lines.join('\n') };
    } finally {
      db.close();
    }
  },
});
