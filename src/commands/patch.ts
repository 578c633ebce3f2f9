import { posix } from 'node:path';
import { formatPatch, structuredPatch } from 'diff';
import { splice } from '../core/edits.js';
import type { Change } from '../core/plan.js';
import { isTarball } from '../core/tarballs.js';
import type { Terminal } from './terminal.js';

/**
 * The changes as a patch for `git apply`. It leaves out files that may contain secrets, and tarballs, which
 * are binary.
 * @param folder the folder of the paths, relative to the top of the repository, with `/`. git always reads a
 * patch from the top. It silently skips other paths
 */
export function patchOf(changes: readonly Change[], folder: string): string {
  return changes
    .filter((change) => change.purpose !== 'secrets' || change.action === 'create')
    .filter(({ path }) => !isTarball(path))
    .map((change) => filePatch(change, posix.join(folder, change.path)))
    .join('');
}

function filePatch(change: Change, path: string): string {
  const before = change.action === 'create' ? '' : change.before;
  const names = [
    change.action === 'create' ? '/dev/null' : `a/${path}`,
    change.action === 'delete' ? '/dev/null' : `b/${path}`,
  ] as const;
  const patch = structuredPatch(...names, before, textAfter(change), undefined, undefined, { context: 3 });
  return formatPatch({
    ...patch,
    isGit: true,
    isCreate: change.action === 'create',
    isDelete: change.action === 'delete',
  });
}

function textAfter(change: Change): string {
  switch (change.action) {
    case 'create':
      return change.text;
    case 'modify':
      return splice(change.before, change.edits);
    case 'delete':
      return '';
  }
}

/** The patch with colours: added lines green, removed lines red, headers dim. */
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
