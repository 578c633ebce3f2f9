import { createTwoFilesPatch } from 'diff';
import { splice } from '../edits.js';
import type { Change } from '../plan.js';
import type { Terminal } from './terminal.js';

/** The changes as a patch that `git apply` takes; without those to files whose other lines are secrets. */
export function patchOf(changes: readonly Change[]): string {
  return changes
    .filter((change) => change.part !== 'secrets' || change.action === 'create')
    .map(filePatch)
    .join('');
}

function filePatch(change: Change): string {
  const before = change.action === 'create' ? '' : change.before;
  const after =
    change.action === 'create'
      ? change.text
      : change.action === 'delete'
        ? ''
        : splice(change.before, change.edits);
  const from = change.action === 'create' ? '/dev/null' : `a/${change.path}`;
  const to = change.action === 'delete' ? '/dev/null' : `b/${change.path}`;
  const body = createTwoFilesPatch(from, to, before, after, undefined, undefined, { context: 3 });
  const mode =
    change.action === 'create'
      ? 'new file mode 100644\n'
      : change.action === 'delete'
        ? 'deleted file mode 100644\n'
        : '';
  return `diff --git a/${change.path} b/${change.path}\n${mode}${body.replace(/^=+\n/, '')}`;
}

/** The patch for a person's eyes: added lines green, removed lines red, headers quiet. */
export function paintedPatch(patch: string, terminal: Terminal): string {
  return patch
    .split('\n')
    .map((line) => {
      if (/^(diff --git|index|---|\+\+\+|new file|deleted file)/.test(line))
        return terminal.paint('bold', line);
      if (line.startsWith('@@')) return terminal.paint('cyan', line);
      if (line.startsWith('+')) return terminal.paint('green', line);
      if (line.startsWith('-')) return terminal.paint('red', line);
      return line;
    })
    .join('\n');
}
