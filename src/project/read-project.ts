import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../errors.js';
import { readWranglerConfig } from '../wrangler/read-config.js';
import { type FoundConfig, findConfig } from './find-config.js';
import { gitTop, isGitIgnored } from './git.js';
import { resolveFile } from './module-graph.js';
import { detectPackageManager } from './package-manager.js';
import type { Project } from './project.js';
import { candidateFiles } from './source-files.js';

export interface ReadOptions {
  /** Path of the Wrangler config, relative to `dir`. */
  readonly config?: string | undefined;
  /** What a source file must hold to be looked at. */
  readonly filter: RegExp;
}

/**
 * Reads the project in `dir`. A config found further up moves the project there, as Wrangler does.
 * @throws UsageError when there is no such folder
 * @throws NoConfigError when `config` names no file
 * @throws ConfigSyntaxError when the config can't be read
 */
export function readProject(from: string, options: ReadOptions): Project {
  const given = resolve(from);
  if (!existsSync(given) || !statSync(given).isDirectory()) {
    throw new UsageError(`There is no folder ${from}.`, 'Name the folder that holds your wrangler config.');
  }
  const found = findConfig(given, options.config === undefined ? {} : { config: options.config });
  const dir = found && options.config === undefined ? dirname(found.path) : given;
  const root = gitTop(dir) ?? dir;
  const within = (path: string) => slashed(relative(dir, path));
  const worker = found && readWranglerConfig({ ...found, path: within(found.path) });
  const packageJson = nearest('package.json', dir, root);
  return {
    dir,
    root,
    text: (path) => textOf(join(dir, path)),
    exists: (path) => existsSync(join(dir, path)),
    config: found ? { path: within(found.path), format: found.format, text: found.text } : null,
    configFindings: (found?.notes ?? []).map((note) => ({
      ...note,
      file: isAbsolute(note.file) ? within(note.file) : note.file,
    })),
    name: worker?.name ?? packageName(packageJson) ?? basename(dir),
    aiBinding: worker?.aiBinding ?? 'AI',
    sources: candidateFiles({ dir, root, entry: entryOf(found, worker?.main), filter: options.filter }),
    packageManager: detectPackageManager(dir, root),
    packageJson: packageJson && within(packageJson),
    devVarsIgnored: isGitIgnored(dir, '.dev.vars') ?? ignoresDevVars(textOf(join(dir, '.gitignore'))),
    workspaceRuntime: workspaceRuntime(dir, root),
  };
}

function entryOf(found: FoundConfig | undefined, main: string | undefined): string | undefined {
  return found && main ? resolveFile(resolve(dirname(found.path), main)) : undefined;
}

/** Without git to ask: the patterns that Cloudflare's own templates write. */
function ignoresDevVars(gitignore: string | undefined): boolean {
  return /^\/?\.dev\.vars\*?\s*$/m.test(gitignore ?? '');
}

/** A package of the runtime's name that the repository itself holds, as its package manager linked it. */
function workspaceRuntime(dir: string, root: string): boolean {
  for (let folder = dir; folder.startsWith(root); folder = dirname(folder)) {
    const path = join(folder, 'packages/observability/package.json');
    if (existsSync(path) && packageName(path) === '@create-something/observability') return true;
    if (folder === dirname(folder)) break;
  }
  return false;
}

function packageName(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const { name } = JSON.parse(readFileSync(path, 'utf8')) as { name?: string };
    return name;
  } catch {
    // A broken package.json is reported where it is to be edited.
    return undefined;
  }
}

function nearest(name: string, dir: string, root: string): string | undefined {
  for (let folder = dir; folder.startsWith(root); folder = dirname(folder)) {
    const path = join(folder, name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) break;
  }
  return undefined;
}

function textOf(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
