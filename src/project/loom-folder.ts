import { basename, join, posix, relative } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { ObserveRecord } from '../core/record.js';
import type { Disk } from './disk.js';
import { slashed, upwards } from './paths.js';
import { Workspace, workspacePatterns } from './workspace.js';

const LOOM_FOLDER = '.loom';

/** The facts about a project that decide the place of its Loom. */
export interface LoomProject {
  readonly dir: string;
  readonly root: string;
  readonly disk: Disk;
  readonly record: ObserveRecord | undefined;
}

/**
 * Loom's folder, relative to the project, with `/`. The first of these: the requested folder, the folder of
 * an earlier `init`, the nearest existing one, the top of the repository in a workspace (agents work there),
 * the project folder.
 * @param asked absolute path of the folder, or of its parent
 * @throws UsageError for a folder outside the repository
 */
export function loomFolder({ dir, root, disk, record }: LoomProject, asked?: string): string {
  const from = (folder: string) => slashed(relative(dir, join(folder, LOOM_FOLDER)));
  if (asked !== undefined) {
    const folder = basename(asked) === LOOM_FOLDER ? join(asked, '..') : asked;
    if ([...upwards(folder)].includes(root)) return from(folder);
    throw new UsageError(
      `--loom-dir ${asked} is not in this repository.`,
      `Name a folder below ${root}, so that a clone has it.`,
    );
  }
  const made = Object.keys(record?.files ?? {}).find((path) => /(?:^|\/)\.loom\/sync\.mjs$/.test(path));
  if (made !== undefined) return posix.dirname(made);
  const folders = [...upwards(dir, root)];
  const standing = folders.find((folder) => disk.isFolder(join(folder, LOOM_FOLDER)));
  if (standing !== undefined) return from(standing);
  return folders.some((folder) => workspacePatterns(folder, disk).length > 0) ? from(root) : LOOM_FOLDER;
}

/** Folders of the repository that contain a Loom, relative to the project, with `/`; sorted. */
export function loomFolders({ dir, root, disk }: LoomProject): string[] {
  const members = [...new Workspace(dir, root, disk).members().values()].map((member) => member.dir);
  const all = new Set([...upwards(dir, root), ...members]);
  return [...all]
    .filter((folder) => disk.isFolder(join(folder, LOOM_FOLDER)))
    .map((folder) => slashed(relative(dir, join(folder, LOOM_FOLDER))))
    .sort();
}
