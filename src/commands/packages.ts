import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { RuntimeSource } from '../core/record.js';
import { TARBALL_FOLDERS } from '../core/tarballs.js';
import { slashed } from '../project/paths.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { findTarball, newestTarball } from '../project/tarballs.js';
import type { PackageSpecs } from '../scaffold/package-json.js';
import type { ScaffoldIntent } from '../scaffold/plan-scaffold.js';
import { VENDOR_FOLDER } from '../scaffold/vendored-runtime.js';

/** Start of each tarball's name. */
const STEMS = {
  observability: 'create-something-observability',
  loom: 'create-something-loom',
  observe: 'create-something-observe',
} as const;

/**
 * The source of our packages for a project: the dependency specs, and the copies that they need.
 * @param folder the given folder of tarballs
 */
export function packagesFor(
  runtime: RuntimeSource,
  folder: string | undefined,
  project: ProjectSnapshot,
  version: string,
): Pick<ScaffoldIntent, 'specsFor' | 'tarballs'> {
  const published = `^${version}`;
  const same = (specs: PackageSpecs) => ({ specsFor: () => specs, tarballs: {} });
  switch (runtime) {
    case 'registry':
      return same({ observability: published, loom: published, observe: published });
    case 'workspace': {
      // npm and Yarn 1 link a workspace by its name. The others need `workspace:`.
      const { name, isYarnClassic } = project.packageManager;
      const spec = name === 'npm' || isYarnClassic ? '*' : 'workspace:*';
      return same({ observability: spec, loom: spec, observe: undefined });
    }
    case 'vendor': {
      const copy = join(project.dir, VENDOR_FOLDER);
      return {
        specsFor: (packageJson) => ({
          observability: fileSpec(project, packageJson, copy),
          loom: undefined,
          observe: undefined,
        }),
        tarballs: {},
      };
    }
    case 'packages':
      return fromTarballs(project, folder ?? copiesOf(project), published);
  }
}

function fromTarballs(
  project: ProjectSnapshot,
  folder: string | undefined,
  published: string,
): Pick<ScaffoldIntent, 'specsFor' | 'tarballs'> {
  // Without the folder, existing entries in package.json are kept.
  if (folder === undefined)
    return {
      specsFor: () => ({ observability: published, loom: published, observe: undefined }),
      tarballs: {},
    };
  const { disk } = project;
  const found = {
    observability: findTarball(folder, STEMS.observability, disk),
    loom: findTarball(folder, STEMS.loom, disk),
    // The folder may have no tarball of the command line. Then the project does not get it.
    observe: newestTarball(folder, STEMS.observe, disk),
  };
  const placed = (tarball: string) => (isShared(project, tarball) ? tarball : copyOf(project, tarball));
  const copied = Object.values(found).filter(
    (tarball) => tarball !== undefined && !isShared(project, tarball),
  ) as string[];
  return {
    specsFor: (packageJson) => ({
      observability: fileSpec(project, packageJson, placed(found.observability)),
      loom: fileSpec(project, packageJson, placed(found.loom)),
      observe: found.observe && fileSpec(project, packageJson, placed(found.observe)),
    }),
    tarballs: Object.fromEntries(
      copied.map((tarball) => [slashed(relative(project.dir, copyOf(project, tarball))), disk.text(tarball)]),
    ),
  };
}

/** A clone does not have files outside the repository, or files that git ignores. */
function isShared(project: ProjectSnapshot, tarball: string): boolean {
  return tarball.startsWith(`${project.root}${sep}`) && !isIgnored(project, tarball);
}

function isIgnored({ dir, repository }: ProjectSnapshot, file: string): boolean {
  const path = slashed(relative(dir, file));
  return repository?.ignored([path]).has(path) === true;
}

function copyOf(project: ProjectSnapshot, tarball: string): string {
  const folders = TARBALL_FOLDERS.map((folder) => join(project.packageManager.root, folder));
  const places = folders.map((folder) => join(folder, basename(tarball)));
  const [first = tarball] = places;
  return places.find((place) => !isIgnored(project, place)) ?? first;
}

/** The copies of an earlier `init`. */
function copiesOf({ packageManager, disk }: ProjectSnapshot): string | undefined {
  return TARBALL_FOLDERS.map((folder) => join(packageManager.root, folder)).find(
    (folder) => newestTarball(folder, STEMS.observability, disk) && newestTarball(folder, STEMS.loom, disk),
  );
}

function fileSpec(project: ProjectSnapshot, packageJson: string, target: string): string {
  const from = dirname(resolve(project.dir, packageJson));
  return `file:${slashed(relative(from, target))}`;
}
