import { basename, join, posix, relative } from 'node:path';
import { NoConfigError, UsageError } from '../core/errors.js';
import { RECORD_FILE } from '../core/record.js';
import { anyFormat } from '../wrangler/formats.js';
import { findNewStyleConfig } from './config-new-style.js';
import type { Disk } from './disk.js';
import { findConfig } from './find-config.js';
import { slashed } from './paths.js';
import { existingFolder } from './read-project.js';
import { type ListedWorker, listWorkers } from './worker-list.js';

/** Folder and config of a project. */
export interface ProjectPlace {
  /** Absolute. */
  readonly dir: string;
  /** Relative to `dir`; undefined for the config that Wrangler finds from there. */
  readonly config: string | undefined;
}

export interface PlacesFound {
  /** Absolute path of the given folder. */
  readonly given: string;
  readonly places: readonly ProjectPlace[];
  /** Workers to choose from; then `places` is empty. */
  readonly choice: readonly ListedWorker[];
}

export interface ChoiceOptions {
  readonly config: string | undefined;
  /** Names or folders, as typed. */
  readonly workers: readonly string[];
  /** True if the project needs no Wrangler config. */
  readonly withoutConfig: boolean;
  /** Prefer Workers that are already set up. */
  readonly preferSetUp: boolean;
}

/**
 * The Workers that a command in `from` is for: the named Workers, else the Worker whose config Wrangler
 * finds, else the only Worker in a subfolder. Otherwise the user has to choose.
 * @throws UsageError if a name matches no Worker, or the folder does not exist
 * @throws NoConfigError if there is no config
 */
export function findPlaces(from: string, options: ChoiceOptions, disk: Disk): PlacesFound {
  const given = existingFolder(from, disk);
  const here = { dir: given, config: options.config };
  if (options.config !== undefined) return one(given, here);
  if (options.workers.length > 0) {
    const listed = listWorkers(given, disk);
    const wanted = options.workers.map((word) => named(word, listed, given));
    const places = wanted.map((worker) => (worker === undefined ? here : placeOf(given, worker)));
    return { given, places: uniquePlaces(places), choice: [] };
  }
  if (disk.isFile(join(given, RECORD_FILE)) || findConfig(given, disk) || options.withoutConfig)
    return one(given, here);
  const listed = listWorkers(given, disk);
  const setUp = options.preferSetUp ? setUpAmong(given, listed, disk) : [];
  if (setUp.length > 0) return { given, places: setUp, choice: [] };
  if (listed.length === 0) throw noConfig(given, disk);
  const [only] = listed;
  return only && listed.length === 1
    ? one(given, placeOf(given, only))
    : { given, places: [], choice: listed };
}

export function placeOf(root: string, worker: ListedWorker): ProjectPlace {
  const dir = join(root, worker.dir);
  return { dir, config: worker.shadowedBy === undefined ? undefined : basename(worker.config) };
}

/** Workers below `root` that `init` has set up. */
export function setUpBelow(root: string, disk: Disk): ProjectPlace[] {
  return setUpAmong(root, listWorkers(root, disk), disk);
}

function setUpAmong(root: string, workers: readonly ListedWorker[], disk: Disk): ProjectPlace[] {
  return workers
    .filter((worker) => disk.isFile(join(root, worker.dir, RECORD_FILE)))
    .map((worker) => placeOf(root, worker));
}

/** The next step if there is no Wrangler config. */
export function noConfig(dir: string, disk: Disk): NoConfigError {
  const newStyle = findNewStyleConfig(dir, disk);
  if (!newStyle) {
    return new NoConfigError(
      `There is no ${anyFormat((id) => `wrangler.${id}`)} in ${dir} or above it.`,
      'Run this in your Worker’s folder. For an MCP server that is not a Worker: --layers langfuse,loom',
    );
  }
  const file = slashed(relative(dir, newStyle.path));
  if (!newStyle.finding) {
    return new NoConfigError(
      `${file} already has observability, and it is the only Wrangler config.`,
      'Set up the rest: --layers langfuse,loom',
    );
  }
  const { message, fix } = newStyle.finding;
  return new NoConfigError(message, `${fix}\n  Then set up the rest: --layers langfuse,loom`, {
    file,
    line: 1,
  });
}

/** A list of Workers for a message, with the flag for each. */
export function listedForChoice(workers: readonly ListedWorker[], most = 20): string {
  const lines = workers.slice(0, most).map((worker) => {
    const name = worker.name === undefined ? '' : `   (${worker.name})`;
    const kind =
      worker.kind === 'worker'
        ? ''
        : `, ${worker.kind === 'pages' ? 'a Pages project' : 'its config can’t be read'}`;
    return `  --worker ${worker.dir}${name}${kind}`;
  });
  const more = workers.length > most ? [`  and ${workers.length - most} more`] : [];
  return [...lines, ...more].join('\n');
}

/** undefined for the folder itself, which need not be a Worker. */
function named(word: string, workers: readonly ListedWorker[], given: string): ListedWorker | undefined {
  const dir = posix.normalize(slashed(word)).replace(/\/+$/, '') || '.';
  const byDir = workers.find((worker) => worker.dir === dir || join(given, worker.dir) === word);
  if (byDir) return byDir;
  if (dir === '.') return undefined;
  const byName = workers.filter((worker) => worker.name === word);
  const [only] = byName;
  if (only && byName.length === 1) return only;
  const fits = byName.length === 0 ? workers : byName;
  const problem =
    byName.length === 0
      ? `There is no Worker "${word}" in ${given}.`
      : `Several Workers are called "${word}".`;
  const fix =
    fits.length === 0
      ? 'Name a folder with a Wrangler config.'
      : `Name one by its folder:\n${listedForChoice(fits)}`;
  throw new UsageError(problem, fix);
}

function one(given: string, place: ProjectPlace): PlacesFound {
  return { given, places: [place], choice: [] };
}

function uniquePlaces(places: readonly ProjectPlace[]): ProjectPlace[] {
  return [...new Map(places.map((place) => [place.dir, place])).values()];
}
