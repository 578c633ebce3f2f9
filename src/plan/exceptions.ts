import { posix } from 'node:path';
import { insertion, splice } from '../core/edits.js';
import { type Change, modify } from '../core/plan.js';
import { RECORD_FILE } from '../core/record.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { styleOf } from '../text/style.js';
import { setUpPaths } from './clone.js';

/** A line of an ignore file that makes an exception to another line. */
interface Exception {
  /** The ignore file, relative to the project. */
  readonly file: string;
  readonly lines: readonly string[];
}

/** Changes, and the paths that are then no longer ignored. */
export interface WithExceptions {
  readonly changes: readonly Change[];
  isExcepted(path: string): boolean;
}

/**
 * Adds exceptions for set-up files that git ignores: below the line that hides them, or in an ignore file
 * next to them if that line is outside the repository. An ignored folder around the whole project is
 * intentional, and stays.
 */
export function withExceptions(project: ProjectSnapshot, changes: readonly Change[]): WithExceptions {
  const hidden = hiddenPaths(project, changes);
  const wanted = exceptionsFor(hidden);
  const files = [...new Set(wanted.map(({ file }) => file))];
  const excepted = files.reduce(
    (all, file) => {
      const lines = wanted.filter((one) => one.file === file).flatMap((one) => one.lines);
      return withLines(all, file, [...new Set(lines)], project);
    },
    [...changes],
  );
  return { changes: excepted, isExcepted: (path) => hidden.has(path) };
}

function exceptionsFor(hidden: ReadonlyMap<string, string | undefined>): Exception[] {
  return [...hidden].map(([path, source]) => {
    const [, loom] = /^((?:.*\/)?\.loom)\//.exec(path) ?? [];
    const item = loom ?? path;
    const file = source ?? posix.join(posix.dirname(item), '.gitignore');
    const from = `!/${posix.relative(posix.dirname(file), item)}`;
    return { file, lines: loom === undefined ? [from] : [`${from}/`, `${from}/**`] };
  });
}

/** The files of the set-up that git ignores, each with the ignore file of the repository that hides it. */
function hiddenPaths(
  project: ProjectSnapshot,
  changes: readonly Change[],
): ReadonlyMap<string, string | undefined> {
  const { repository } = project;
  if (repository === undefined || repository.ignored(['.']).size > 0) return new Map();
  const planned = new Set(changes.filter(({ action }) => action === 'create').map(({ path }) => path));
  const isMade = (path: string) =>
    path === RECORD_FILE || planned.has(path) || project.record?.files[path]?.created === true;
  const own = setUpPaths(project, changes).filter(
    (path) => isMade(path) && repository.foreignFolder(path) === undefined,
  );
  return repository.hiders(own);
}

function withLines(
  changes: readonly Change[],
  file: string,
  lines: readonly string[],
  project: ProjectSnapshot,
): Change[] {
  const planned = changes.find(({ path }) => path === file);
  const rest = changes.filter((one) => one !== planned);
  const text = project.text(file);
  const before = planned?.action === 'create' ? planned.text : (text ?? '');
  const { eol } = styleOf(before);
  const edits = planned?.action === 'modify' ? planned.edits : [];
  const after = planned?.action === 'modify' ? splice(before, edits) : before;
  const missing = lines.filter((line) => !after.split(/\r?\n/).includes(line));
  if (missing.length === 0) return [...changes];
  const lead = after === '' || after.endsWith('\n') ? '' : eol;
  const edit = insertion(before.length, lead + missing.map((line) => line + eol).join(''));
  const purpose = 'file' as const;
  if (text === undefined)
    return [...rest, { action: 'create', path: file, text: splice(before, [edit]), purpose }];
  return [...rest, ...modify(file, before, [...edits, edit]).map((change) => ({ ...change, purpose }))];
}
