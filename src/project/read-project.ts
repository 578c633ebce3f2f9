import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../core/errors.js';
import { RECORD_FILE, readRecord } from '../core/record.js';
import { parseConfig, type WranglerDocument } from '../wrangler/document.js';
import { knownObservabilityKeys } from './config-proof.js';
import type { Disk } from './disk.js';
import { type FoundConfig, findConfig } from './find-config.js';
import { FolderNames } from './folder-names.js';
import { pageWidth } from './formatter/page-width.js';
import { gitTop, keptInGit } from './git.js';
import { readLocalVars } from './local-vars.js';
import { moduleFinder, resolveFile } from './module-graph.js';
import { detectPackageManager } from './package-manager.js';
import { slashed, upwards } from './paths.js';
import { readRepository } from './repository.js';
import { type SharedCode, sharedCode } from './sharers.js';
import type { ProjectSnapshot } from './snapshot.js';
import { candidateFiles } from './source-files.js';
import { Workspace } from './workspace.js';
import { xmcpTool } from './xmcp-tools.js';

export interface ReadOptions {
  /** Path of the Wrangler config, relative to `dir`. */
  readonly config?: string | undefined;
  /** Pattern that a source file must contain to be read. */
  readonly filter: RegExp;
  /** Top of the repository, if git can't be run. */
  readonly root?: string;
  /** `npm_config_user_agent` of the process, which shows the package manager. */
  readonly userAgent?: string | undefined;
  readonly disk: Disk;
}

/**
 * Reads the project in `dir`. If the config is in a parent folder, that is the project folder, as in
 * Wrangler.
 * @throws UsageError if the folder does not exist
 * @throws NoConfigError if `config` does not exist
 * @throws ConfigSyntaxError if the config or the record can't be read
 */
export function readProject(from: string, options: ReadOptions): ProjectSnapshot {
  const { disk } = options;
  const given = existingFolder(from, disk);
  const found = findConfig(given, disk, options.config === undefined ? {} : { config: options.config });
  const dir = found && options.config === undefined ? dirname(found.path) : given;
  const root = options.root ?? gitTop(dir, disk) ?? dir;
  const within = (path: string) => slashed(relative(dir, path));
  const located = <T extends { readonly path: string }>(file: T) => ({ ...file, path: within(file.path) });
  const textOf = (path: string) => (disk.isFile(join(dir, path)) ? disk.text(join(dir, path)) : undefined);
  const config = found ? parseConfig(located(found)) : null;
  const recordText = textOf(RECORD_FILE);
  const record = recordText === undefined ? undefined : readRecord(recordText);
  const packageJson = nearest('package.json', dir, root, disk);
  const packageManager = detectPackageManager(dir, root, disk, options.userAgent);
  const entry = entryOf(found, config?.main, root, disk);
  const isTool = (path: string) => xmcpTool(path, root, disk) !== undefined;
  const sourcesWith = (filter: RegExp) => candidateFiles({ dir, root, entry, filter, disk, isTool });
  const findModule = moduleFinder(entry ? dirname(entry) : dir, root, disk);
  const workspace = new Workspace(dir, root, disk);
  const shared = new Map<string, { readonly code: SharedCode | undefined }>();
  let example: WranglerDocument | null | undefined;
  return {
    dir,
    root,
    disk,
    record,
    text: textOf,
    exists: (path) => disk.exists(join(dir, path)),
    isInRepository: (path) => resolve(dir, path).startsWith(`${root}${sep}`),
    repository: readRepository(dir, disk),
    sharedCode: (path) => {
      const file = resolve(dir, path);
      const known = shared.get(file);
      if (known) return known.code;
      const code = sharedCode(file, { dir, root, manifest: packageJson }, workspace, disk);
      shared.set(file, { code });
      return code;
    },
    widthOf: (path) => pageWidth(join(dir, path), root, disk),
    keptInGit: (name) => keptInGit(dir, name, disk),
    packageJsonOf: (path) => {
      const governing = nearest('package.json', dirname(join(dir, path)), root, disk);
      return governing && within(governing);
    },
    config,
    configIsNamed: options.config !== undefined,
    configIsExample: found?.kind === 'example',
    // Parsed on demand, because removal does not need it.
    get configExample() {
      example ??= found?.example ? parseConfig(located(found.example)) : null;
      return example;
    },
    knownKeys: found && knownObservabilityKeys(found.path, disk),
    notes: [...(found?.notes ?? []), ...packageManager.notes].map((note) => ({
      ...note,
      file: isAbsolute(note.file) ? within(note.file) : note.file,
    })),
    name: config?.name ?? packageName(packageJson, disk) ?? basename(dir),
    aiBinding: config?.aiBinding ?? 'AI',
    sources: sourcesWith(options.filter),
    sourcesWith,
    moduleAt: (from, specifier) => {
      const found = findModule(join(dir, from), specifier);
      return found && { path: within(found.path), text: found.text };
    },
    toolByPlace: (path) => xmcpTool(join(dir, path), root, disk),
    packageManager,
    packageJson: packageJson && within(packageJson),
    localVars: readLocalVars(dir, disk),
    workspaceRuntime: workspaceRuntime(dir, root, disk),
  };
}

/**
 * @returns the folder's absolute path
 * @throws UsageError if the folder does not exist
 */
export function existingFolder(from: string, disk: Disk): string {
  const given = resolve(from);
  // Git answers with real paths, so the folder needs a real path too.
  if (disk.isFolder(given)) return realpathSync(given);
  throw new UsageError(`There is no folder "${from}".`, 'Name the folder that holds your wrangler config.');
}

function entryOf(
  found: FoundConfig | undefined,
  main: string | undefined,
  root: string,
  disk: Disk,
): string | undefined {
  return found && main
    ? resolveFile(resolve(dirname(found.path), main), new FolderNames(root, disk))
    : undefined;
}

/** A package of the repository with the runtime's name. */
function workspaceRuntime(dir: string, root: string, disk: Disk): boolean {
  return new Workspace(dir, root, disk).members().has('@create-something/observability');
}

function packageName(path: string | undefined, disk: Disk): string | undefined {
  if (path === undefined) return undefined;
  try {
    const { name } = JSON.parse(disk.text(path)) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    // The code that edits package.json reports a broken one.
    return undefined;
  }
}

function nearest(name: string, dir: string, root: string, disk: Disk): string | undefined {
  for (const folder of upwards(dir, root)) {
    const path = join(folder, name);
    if (disk.isFile(path)) return path;
  }
  return undefined;
}
