import { structuredPatch } from 'diff';
import type { Change, Plan } from '../core/plan.js';
import { isTarball } from '../core/tarballs.js';
import { textAfter } from '../plan/layouts.js';
import { wrapped } from '../text/wrapped.js';
import { paintedPatch, patchOf } from './patch.js';
import { toolName, visible } from './show.js';
import type { Terminal } from './terminal.js';

/** The largest number of tools per file in the summary. */
const MOST_TOOLS = 6;

/** One line for each file that is written: first edited files with counts and tools, then new files. */
export function showSummary(plan: Plan, terminal: Terminal): void {
  const groups = [
    ['Edited', plan.changes.filter(({ action }) => action === 'modify')],
    ['New', plan.changes.filter(({ action }) => action === 'create')],
    ['Deleted', plan.changes.filter(({ action }) => action === 'delete')],
  ] as const;
  const width = Math.max(...plan.changes.map(({ path }) => visible(path).length), 0);
  for (const [title, changes] of groups) {
    if (changes.length === 0) continue;
    terminal.say(terminal.paint('bold', title));
    for (const change of changes) {
      const name = visible(change.path).padEnd(width);
      const line = `  ${name}  ${terminal.paint('dim', detail(change, plan))}`.trimEnd();
      terminal.say(wrapped(line, terminal.columns, 6));
    }
  }
}

function detail(change: Change, plan: Plan): string {
  if (isTarball(change.path)) return change.action === 'create' ? tarballDetail(change.text) : '';
  const { added, removed } = linesOf(change);
  if (change.action === 'create') return `${added} ${added === 1 ? 'line' : 'lines'}`;
  if (change.action === 'delete') return '';
  // Lines around the change may contain secrets, so the change is not shown.
  const note =
    change.purpose === 'secrets' ? ['not shown: it may contain secrets'] : toolsIn(change.path, plan);
  const counts = `+${added} -${removed}`;
  return note.length === 0 ? counts : `${counts.padEnd(8)}  ${note.join(', ')}`;
}

function tarballDetail({ length }: string): string {
  return `${Math.ceil(length / 1024)} KB, a copy, not in a patch`;
}

function toolsIn(path: string, { workers }: Plan): string[] {
  const isHere = ({ file, status }: { file: string; status: string }) =>
    file === path && status === 'planned';
  const names = [...new Set(workers.flatMap(({ tools }) => tools.filter(isHere).map(toolName)))];
  const servers = workers.flatMap((worker) => worker.servers.filter(isHere));
  const more = names.length - MOST_TOOLS;
  return [
    ...(servers.length > 0 ? ['the server'] : []),
    ...names.slice(0, MOST_TOOLS),
    ...(more > 0 ? [`${more} more`] : []),
  ];
}

function linesOf(change: Change): { added: number; removed: number } {
  const before = change.action === 'create' ? '' : change.before;
  const { hunks } = structuredPatch('', '', before, textAfter(change) ?? '', '', '', { context: 0 });
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const begin = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
  return { added: begin('+'), removed: begin('-') };
}

/**
 * Files with the user's own code that this changes: sources, configs and manifests. All other files are
 * generated.
 */
const WRITTEN: ReadonlySet<Change['purpose']> = new Set(['source', 'config', 'dependency', 'agents']);

function isWritten({ action, purpose }: Change): boolean {
  return action === 'modify' && WRITTEN.has(purpose);
}

/** The changes of files that people wrote, in full. */
export function showDiff(plan: Plan, folder: string, terminal: Terminal): void {
  const patch = patchOf(plan.changes.filter(isWritten), folder);
  if (patch !== '') terminal.say(paintedPatch(patch, terminal));
}

/** The other files, each as it can be shown. */
export function generatedPages(plan: Plan, folder: string, terminal: Terminal): string[] {
  return plan.changes
    .filter((change) => !isWritten(change))
    .map((change) => paintedPatch(patchOf([change], folder), terminal))
    .filter((page) => page !== '');
}
