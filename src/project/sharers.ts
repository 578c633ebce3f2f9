import { basename, dirname, join, relative } from 'node:path';
import type { Disk } from './disk.js';
import { reachableFiles } from './module-graph.js';
import { isObject } from './package-entry.js';
import { slashed, upwards } from './paths.js';
import { listWorkers } from './worker-list.js';
import type { Workspace } from './workspace.js';

/** Code of the repository that several projects use. */
export interface SharedCode {
  /** Its folder, relative to the project, with `/`. */
  readonly folder: string;
  /** The package's name, else the folder's. */
  readonly name: string;
  /** Names of its other users. */
  readonly users: readonly string[];
  /** True if it is published. Then its users also install its dependencies. */
  readonly isPublished: boolean;
}

const DEPENDENCIES = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * The shared package or folder of a file; undefined for the project's own files.
 * @param file absolute
 */
export function sharedCode(
  file: string,
  project: { readonly dir: string; readonly root: string; readonly manifest: string | undefined },
  workspace: Workspace,
  disk: Disk,
): SharedCode | undefined {
  const { dir, root, manifest } = project;
  const home = [...upwards(dirname(file), root)].find((folder) => disk.isFile(join(folder, 'package.json')));
  const folder = home ?? dirname(file);
  const isOwn = home !== undefined && join(home, 'package.json') === manifest;
  const isInside = file.startsWith(`${dir}/`);
  if (isInside && (isOwn || home === undefined)) return undefined;
  const members = [...workspace.members()];
  const [name, own] = members.find(([, member]) => member.dir === home) ?? [];
  const dependents = members.filter(
    ([, { dir: other, manifest: theirs }]) =>
      name !== undefined &&
      other !== home &&
      join(other, 'package.json') !== manifest &&
      dependsOn(theirs, name),
  );
  const users =
    dependents.length > 0 ? dependents.map(([user]) => user) : workersReaching(file, project, disk);
  if (users.length === 0) return undefined;
  return {
    folder: slashed(relative(dir, isOwn ? dirname(file) : folder)),
    name: name ?? basename(folder),
    users: users.sort(),
    isPublished: own !== undefined && isPublished(own.manifest),
  };
}

function dependsOn(manifest: object, name: string): boolean {
  return DEPENDENCIES.some((list) => {
    const names = (manifest as Record<string, unknown>)[list];
    return isObject(names) && Object.hasOwn(names, name);
  });
}

/** A package whose manifest has settings for publishing. */
function isPublished(manifest: object): boolean {
  const { private: isPrivate, publishConfig, files } = manifest as Record<string, unknown>;
  return isPrivate !== true && (publishConfig !== undefined || files !== undefined);
}

/** Other Workers whose entry imports a file. */
function workersReaching(
  file: string,
  { dir, root }: { readonly dir: string; readonly root: string },
  disk: Disk,
): string[] {
  return listWorkers(root, disk).flatMap((worker) => {
    const entry = worker.main === undefined ? undefined : join(root, worker.dir, worker.main);
    if (entry === undefined || join(root, worker.dir) === dir || !disk.isFile(entry)) return [];
    const isUser = reachableFiles(entry, root, disk).some(({ path }) => path === file);
    return isUser ? [worker.name ?? worker.dir] : [];
  });
}
