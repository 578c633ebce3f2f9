import { join, relative, sep } from 'node:path';
import { seenFrom, UsageError } from '../core/errors.js';
import type { Change, Plan } from '../core/plan.js';
import { planInit, type ToolPlanner, wantsToolPlanner } from '../plan/init.js';
import type { InitIntent } from '../plan/intent.js';
import { joinPlans } from '../plan/join.js';
import type { Layouts } from '../plan/layouts.js';
import type { KnownReadings } from '../plan/tools/read.js';
import type { Assets } from '../project/assets.js';
import {
  findPlaces,
  listedForChoice,
  type ProjectPlace,
  placeOf,
  setUpBelow,
} from '../project/choose-workers.js';
import type { Disk } from '../project/disk.js';
import { gitTop } from '../project/git.js';
import { slashed } from '../project/paths.js';
import { type ReadOptions, readProject } from '../project/read-project.js';
import type { Neighbour, ProjectSnapshot } from '../project/snapshot.js';
import type { ListedWorker } from '../project/worker-list.js';
import { CANDIDATE } from '../tools/candidate.js';
import type { ChosenTask } from './chosen-tasks.js';
import type { Member } from './member.js';
import type { Options } from './options.js';
import { askWorkers } from './prompts.js';
import { type MemberPlan, withSharedRegistrars } from './shared-sources.js';
import type { Terminal } from './terminal.js';

/** The Workers of one command, and the folder that all its paths are relative to. */
export interface Workers {
  /** Absolute: the given folder, or the parent folder with its config. */
  readonly base: string;
  /** Absolute folder. Nothing may be written outside of it. */
  readonly root: string;
  /** The base, relative to the root, with `/`. */
  readonly folder: string;
  readonly members: readonly Member[];
  readonly disk: Disk;
  /** Their sources, cached so that they are read once. */
  readonly readings: KnownReadings;
  /** The same Workers after these changes. They are read on demand, and only changed files are read again. */
  after(changes: readonly Change[]): () => Workers;
}

/** The user has to choose, but there is no terminal. */
export class ChooseWorkersError extends UsageError {
  constructor(readonly choice: readonly ListedWorker[]) {
    super(
      `There are ${choice.length} Workers in this repository.`,
      `Choose one or more:\n${listedForChoice(choice)}`,
    );
  }
}

/**
 * @param preferSetUp if there are several, prefer those that `init` has set up, and do not ask
 * @throws ChooseWorkersError if the user has to choose and there is no terminal
 */
export async function openWorkers(
  options: Options,
  terminal: Terminal,
  { preferSetUp, disk }: { preferSetUp: boolean; disk: Disk },
): Promise<Workers> {
  const { given, places, choice } = findPlaces(
    options.dir,
    {
      config: options.config,
      workers: options.workers,
      withoutConfig: options.layers !== undefined && !options.layers.includes('cloudflare'),
      preferSetUp,
    },
    disk,
  );
  const read = (found: readonly ProjectPlace[]) =>
    terminal.isInteractive
      ? terminal.during('Reading the project', () => readWorkers(given, found, disk))
      : readWorkers(given, found, disk);
  if (choice.length === 0) return read(places);
  if (!terminal.isInteractive) {
    throw new ChooseWorkersError(choice);
  }
  const chosen = await askWorkers(choice);
  return read(chosen.map((worker) => placeOf(given, worker)));
}

function readWorkers(
  given: string,
  places: readonly ProjectPlace[],
  disk: Disk,
  readings: KnownReadings = new Map(),
): Workers {
  const top = gitTop(given, disk);
  const projects = places.map((place) =>
    projectAt(place, given, {
      disk,
      // Without git, the given folder counts as the repository.
      ...(top === undefined && place.dir !== given ? { root: given } : {}),
      userAgent: process.env['npm_config_user_agent'],
    }),
  );
  const [first] = projects as [ProjectSnapshot, ...ProjectSnapshot[]];
  // If the config is in a parent folder, that is the project folder, as in Wrangler.
  const base = projects.length === 1 && !isWithin(first.dir, given) ? first.dir : given;
  const members = projects.map((project) => ({ project, dir: slashed(relative(base, project.dir)) || '.' }));
  const root = top ?? (isWithin(first.root, base) ? base : first.root);
  const folder = slashed(relative(root, base));
  const after = (changes: readonly Change[]) => {
    let later: Workers | undefined;
    return () => {
      const paths = changes.map(({ path }) => join(base, path));
      later ??= readWorkers(given, places, disk.after(paths), readings);
      return later;
    };
  };
  return { base, root, folder, members, disk, readings, after };
}

/** @throws ExpectedError that names files from `base` */
function projectAt(
  { dir, config }: ProjectPlace,
  base: string,
  more: Pick<ReadOptions, 'disk' | 'root' | 'userAgent'>,
): ProjectSnapshot {
  try {
    return readProject(dir, { config, filter: CANDIDATE, ...more });
  } catch (error) {
    throw seenFrom(error, slashed(relative(base, dir)));
  }
}

/** Handles one Worker; errors contain paths from the base. */
export function aboutMember<T>({ dir }: Pick<Member, 'dir'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw seenFrom(error, dir);
  }
}

/** The same for asynchronous work. */
export async function aboutMemberLater<T>({ dir }: Pick<Member, 'dir'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw seenFrom(error, dir);
  }
}

/** Other Workers of the repository that are set up, with paths from one of the command's Workers. */
export function neighboursOf({ members, root, disk }: Workers): (project: ProjectSnapshot) => Neighbour[] {
  const own = new Set(members.map((member) => member.project.dir));
  let others: readonly ProjectSnapshot[] | undefined;
  return (project) => {
    others ??= setUpBelow(root, disk)
      .filter(({ dir }) => !own.has(dir))
      .map((place) => projectAt(place, project.dir, { root, disk }));
    return others.map((other) => ({
      project: other,
      dir: slashed(relative(project.dir, other.dir)) || '.',
    }));
  };
}

/** The plans of all Workers as one. */
export async function planWorkers(
  workers: Workers,
  assets: Assets,
  intentOf: (project: ProjectSnapshot) => InitIntent,
  {
    tasks = [],
    skipFiles = new Set(),
    leftOut = [],
    layouts,
    examined = (plan) => plan,
  }: {
    tasks?: readonly ChosenTask[];
    /** Files that must not change, by path from the base. */
    skipFiles?: ReadonlySet<string>;
    /** Handlers that stay unchanged. File paths are relative to the base. */
    leftOut?: readonly { readonly file: string; readonly name: string }[];
    /** Formatted texts of the plan, by path from the base. */
    layouts?: Layouts | undefined;
    /** Changes a Worker's plan before it is joined with the others. */
    examined?: (plan: Plan, member: Member) => Plan;
  } = {},
): Promise<Plan> {
  const neighbours = neighboursOf(workers);
  const planner = await toolPlanner(workers, intentOf);
  const planOf = ({ project, dir }: Member, registrars = intentOf(project).registrars) => {
    const keyed = tasks.map((chosen) => [`${fromWorker(dir, chosen.file)}:${chosen.name}`, chosen] as const);
    const intent = {
      ...intentOf(project),
      registrars,
      tasks: new Map(keyed.map(([key, { task }]) => [key, task])),
      oversight: new Map(keyed.map(([key, { oversight }]) => [key, oversight])),
      leftOut: new Set(leftOut.map(({ file, name }) => `${fromWorker(dir, file)}:${name}`)),
      skipFiles: new Set([...skipFiles].map((path) => fromWorker(dir, path))),
      ...(layouts ? { layouts: layoutsFrom(dir, layouts) } : {}),
    };
    return planInit(project, assets, intent, planner, () => neighbours(project));
  };
  const parts: MemberPlan[] = [];
  for (const member of workers.members) {
    const plan = aboutMember(member, () => examined(planOf(member), member));
    parts.push({ dir: member.dir, plan, member, registrars: intentOf(member.project).registrars });
  }
  return joinPlans(withSharedRegistrars(parts, planOf));
}

/** Loaded only if a Worker has a source to parse. */
async function toolPlanner(
  { members, readings }: Workers,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Promise<ToolPlanner | undefined> {
  const isWanted = members.some((member) =>
    aboutMember(member, () => wantsToolPlanner(member.project, intentOf(member.project))),
  );
  if (!isWanted) return undefined;
  const { planTools } = await import('../plan/tools/plan-tools.js');
  return (sources, intent) => planTools(sources, { ...intent, known: readings });
}

/** The same layouts by path from a Worker's folder. */
export function layoutsFrom(dir: string, layouts: Layouts): Layouts {
  return new Map([...layouts].map(([path, layout]) => [fromWorker(dir, path), layout]));
}

function fromWorker(dir: string, file: string): string {
  return slashed(relative(dir, file));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
