import { execWith } from './package-manager.js';
import type { ProjectSnapshot } from './snapshot.js';

/** Files that only a project with this formatter has. */
const PRETTIER = /^(?:\.prettierrc(?:\..+)?|prettier\.config\.[cm]?[jt]s)$/;
const BIOME = /^biome\.jsonc?$/;

/**
 * The command by which a project's own formatter lays files out; undefined where none is configured.
 * @param files relative to the project, with `/`
 */
export function formatCommand(project: ProjectSnapshot, files: readonly string[]): string | undefined {
  const { dir, root, disk, packageManager } = project;
  const names = [dir, root].flatMap((folder) => disk.entries(folder).map(({ name }) => name));
  const manifest = ['package.json', project.packageJson ?? 'package.json'].map(
    (path) => project.text(path) ?? '',
  );
  const run = execWith(packageManager);
  const list = files.map(quoted).join(' ');
  if (names.some((name) => BIOME.test(name))) return `${run} biome format --write ${list}`;
  const isConfigured =
    names.some((name) => PRETTIER.test(name)) || manifest.some((text) => /"prettier"\s*:/.test(text));
  return isConfigured ? `${run} prettier --write ${list}` : undefined;
}

function quoted(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
