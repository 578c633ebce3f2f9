import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../assets.js';
import { execWith } from '../package-manager.js';
import { upwards } from '../paths.js';
import type { ProjectSnapshot } from '../snapshot.js';

/** Files that only a project with this formatter has. */
const PRETTIER = /^(?:\.prettierrc(?:\..+)?|prettier\.config\.[cm]?[jt]s)$/;
const BIOME = /^biome\.jsonc?$/;

/** A formatter that the project configures or depends on. */
export interface Formatter {
  readonly name: 'Biome' | 'Prettier';
  /** The formatter: Prettier's package folder or module, or Biome's script; undefined if not installed. */
  readonly entry: string | undefined;
  /** Absolute folder to run it in. */
  readonly cwd: string;
  /** Absolute paths of its ignore files. */
  readonly ignoreFiles: readonly string[];
  /** The command to format files. */
  command(files: readonly string[]): string;
}

/** The project's own formatters, Biome first. It does not run them. */
export function findFormatters(project: ProjectSnapshot): Formatter[] {
  const { dir, root, disk, packageManager } = project;
  const folders = [...upwards(dir, root)];
  const names = folders.flatMap((folder) =>
    disk.entries(folder).map((entry) => ({ folder, name: entry.name })),
  );
  const manifests = folders
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => disk.isFile(path))
    .map((path) => disk.text(path));
  const installed = (path: string) =>
    [...upwards(dir)].map((folder) => join(folder, 'node_modules', path)).find((file) => disk.isFile(file));
  const run = execWith(packageManager);
  const command = (words: string) => (files: readonly string[]) =>
    `${run} ${words} ${files.map(quoted).join(' ')}`;
  const found: Formatter[] = [];
  const biome = names.find(({ name }) => BIOME.test(name));
  if (biome) {
    const entry = installed('@biomejs/biome/bin/biome');
    found.push({
      name: 'Biome',
      entry,
      cwd: biome.folder,
      ignoreFiles: [],
      command: command('biome format --write'),
    });
  }
  const dependsOn = manifests.some((text) => /"prettier"\s*:/.test(text));
  if (dependsOn || names.some(({ name }) => PRETTIER.test(name))) {
    const manifest = installed('prettier/package.json');
    const ignoreFiles = [...new Set([dir, root])].flatMap((folder) =>
      ['.prettierignore', '.gitignore'].map((name) => join(folder, name)).filter((path) => disk.isFile(path)),
    );
    found.push({
      name: 'Prettier',
      entry: manifest?.slice(0, -'/package.json'.length) ?? ownPrettier(manifests),
      cwd: dir,
      ignoreFiles,
      command: command('prettier --write'),
    });
  }
  return found;
}

/** The Prettier in this tool, for a project that has not installed its own. */
function ownPrettier(manifests: readonly string[]): string | undefined {
  const wanted = manifests.flatMap(
    (text) => /"prettier"\s*:\s*"[^"\d]{0,9}(\d{1,9})/.exec(text)?.[1] ?? [],
  )[0];
  if (wanted !== undefined && wanted !== OWN_MAJOR) return undefined;
  if (typeof PRETTIER_FILE === 'string') return join(packageRoot(), 'dist', PRETTIER_FILE);
  return createRequire(import.meta.url).resolve('prettier/index.mjs');
}

/** Its name in `dist`. */
declare const PRETTIER_FILE: string | undefined;

/** Version that the build bundles. */
const OWN_MAJOR = '3';

function quoted(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
