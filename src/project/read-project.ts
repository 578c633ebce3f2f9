import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { UsageError } from '../core/errors.js';
import { readWranglerConfig } from '../wrangler/read-config.js';
import { knownObservabilityKeys } from './config-proof.js';
import { type FoundConfig, findConfig } from './find-config.js';
import { FolderNames } from './folder-names.js';
import { gitTop } from './git.js';
import { readLocalVars } from './local-vars.js';
import { resolveFile } from './module-graph.js';
import { detectPackageManager } from './package-manager.js';
import { isFile, slashed, upwards } from './paths.js';
import type { Project } from './project.js';
import { candidateFiles } from './source-files.js';
import { Workspace } from './workspace.js';

export interface ReadOptions {
  /** Path of the Wrangler config, relative to `dir`. */
  readonly config?: string | undefined;
  /** What a source file must hold to be looked at. */
  readonly filter: RegExp;
  /** Top of the repository, where git can't be asked. */
  readonly root?: string;
  /** `npm_config_user_agent` of the process, the last sign of a package manager. */
  readonly userAgent?: string | undefined;
}

/**
 * Reads the project in `dir`. A config found further up moves the project there, as Wrangler does.
 * @throws UsageError when there is no such folder
 * @throws NoConfigError when `config` names no file
 * @throws ConfigSyntaxError when the config can't be read
 */
export function readProject(from: string, options: ReadOptions): Project {
  const given = existingFolder(from);
  const found = findConfig(given, options.config === undefined ? {} : { config: options.config });
  const dir = found && options.config === undefined ? dirname(found.path) : given;
  const root = options.root ?? gitTop(dir) ?? dir;
  const within = (path: string) => slashed(relative(dir, path));
  const located = <T extends { readonly path: string }>(file: T) => ({ ...file, path: within(file.path) });
  const worker = found && readWranglerConfig(located(found));
  const packageJson = nearest('package.json', dir, root);
  const packageManager = detectPackageManager(dir, root, options.userAgent);
  const entry = entryOf(found, worker?.main, root);
  const sourcesWith = (filter: RegExp) => candidateFiles({ dir, root, entry, filter });
  return {
    dir,
    root,
    text: (path) => textOf(join(dir, path)),
    exists: (path) => existsSync(join(dir, path)),
    packageJsonOf: (path) => {
      const governing = nearest('package.json', dirname(join(dir, path)), root);
      return governing && within(governing);
    },
    config: found ? { path: within(found.path), format: found.format, text: found.text } : null,
    configIsNamed: options.config !== undefined,
    configIsExample: found?.kind === 'example',
    configExample: found?.example ? located(found.example) : null,
    knownKeys: found && knownObservabilityKeys(found.path),
    notes: [...(found?.notes ?? []), ...packageManager.notes].map((note) => ({
      ...note,
      file: isAbsolute(note.file) ? within(note.file) : note.file,
    })),
    name: worker?.name ?? packageName(packageJson) ?? basename(dir),
    aiBinding: worker?.aiBinding ?? 'AI',
    sources: sourcesWith(options.filter),
    sourcesWith,
    packageManager,
    packageJson: packageJson && within(packageJson),
    localVars: readLocalVars(dir),
    workspaceRuntime: workspaceRuntime(dir, root),
  };
}

/**
 * @returns the folder's absolute path
 * @throws UsageError when there is no such folder
 */
export function existingFolder(from: string): string {
  const given = resolve(from);
  // Git answers with real paths; both have to mean the same folder.
  if (existsSync(given) && statSync(given).isDirectory()) return realpathSync(given);
  throw new UsageError(`There is no folder ${from}.`, 'Name the folder that holds your wrangler config.');
}

function entryOf(found: FoundConfig | undefined, main: string | undefined, root: string): string | undefined {
  return found && main ? resolveFile(resolve(dirname(found.path), main), new FolderNames(root)) : undefined;
}

/** A package of the runtime's name that the repository itself holds. */
function workspaceRuntime(dir: string, root: string): boolean {
  return new Workspace(dir, root).members().has('@create-something/observability');
}

function packageName(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const { name } = JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    // A broken package.json is reported where it is to be edited.
    return undefined;
  }
}

function nearest(name: string, dir: string, root: string): string | undefined {
  for (const folder of upwards(dir, root)) {
    const path = join(folder, name);
    if (isFile(path)) return path;
  }
  return undefined;
}

function textOf(path: string): string | undefined {
  return isFile(path) ? readFileSync(path, 'utf8') : undefined;
}
