import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files of our own package: templates, and files that the build copied. */
export interface Assets {
  /** Version of create-something-observe and of its packages. */
  readonly version: string;
  /** A rule's page, by its path in our package. */
  page(path: string): string;
  /** A template of `templates/`, by its path there. */
  template(path: string): string;
  /** Loom's migrations by file name, as the Loom package publishes them. */
  migrations(): Readonly<Record<string, string>>;
  /** The built runtime package by path, for a project that vendors it. */
  runtimePackage(): Readonly<Record<string, string>>;
}

/** Name of the runtime's package.json in the build, so that tools don't treat it as a package. */
const MANIFEST = 'manifest.json';

/** @param root folder of our own package.json */
export function readAssets(root: string = packageRoot()): Assets {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    version,
    page: (path) => readFileSync(join(root, path), 'utf8'),
    template: (path) => readFileSync(join(root, 'templates', path), 'utf8'),
    migrations: () => textsBelow(join(root, 'dist/assets/loom-migrations')),
    runtimePackage: () => {
      const { [MANIFEST]: manifest = '', ...texts } = textsBelow(join(root, 'dist/assets/observability'));
      return { 'package.json': manifest, ...texts };
    },
  };
}

/**
 * This file runs from `dist/` or, in tests, from `src/project/`. The package root is a parent folder of both.
 */
export function packageRoot(): string {
  let folder = fileURLToPath(new URL('.', import.meta.url));
  while (!existsSync(join(folder, 'templates'))) folder = join(folder, '..');
  return folder;
}

function textsBelow(folder: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, entry);
    if (statSync(path).isFile())
      texts[relative(folder, path).replaceAll(sep, '/')] = readFileSync(path, 'utf8');
  }
  return texts;
}
