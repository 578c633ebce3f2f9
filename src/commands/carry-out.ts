import { join, posix, relative, sep } from 'node:path';
import { applyChanges, keepFiles } from '../apply/apply.js';
import type { Finding } from '../core/findings.js';
import { type Plan, rewrite } from '../core/plan.js';
import { RECORD_FILE, readRecord, writeRecord } from '../core/record.js';
import { recordLockfile } from '../plan/lockfile-record.js';
import { keepInGit } from '../project/git.js';
import { lockfileIn, type PackageManager } from '../project/package-manager.js';
import { slashed } from '../project/paths.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { install, installCommand } from './install.js';
import { type Interruption, uninterrupted } from './interruption.js';
import { inOwnLayout } from './lay-out-plan.js';
import type { Member } from './member.js';
import { readAfter, readBefore } from './prove.js';
import { type Rollback, runRollbacks } from './run-rollbacks.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

/** Result of a plan. */
export interface CarriedOut {
  /** Verdict of the project's Wrangler. */
  readonly findings: readonly Finding[];
  /** Package managers that still have to run. */
  readonly toInstall: readonly PackageManager[];
}

export interface CarryOutOptions {
  readonly install: boolean;
  readonly wantsTraces: boolean;
  /** Texts to store in git: sources before a formatter changed them. */
  readonly keep?: readonly string[];
  /** Checks the written files. If it throws, everything is restored. */
  verify?(): Promise<void>;
}

/** Writes, proves, verifies and installs. If a step fails or is stopped, the project is restored. */
export function carryOut(
  workers: Workers,
  plan: Plan,
  options: CarryOutOptions,
  terminal: Terminal,
): Promise<CarriedOut> {
  return uninterrupted(async (interruption) => {
    const proof = await readBefore(workers, plan);
    await interruption.check();
    for (const text of options.keep ?? []) keepInGit(workers.base, text, workers.disk);
    const applied = applyChanges(workers.base, workers.root, plan.changes);
    const back: Rollback[] = [applied.rollback];
    try {
      await interruption.check();
      const said = await readAfter(proof, terminal);
      await options.verify?.();
      await interruption.check();
      const findings = options.wantsTraces ? said : said.filter(({ rule }) => rule !== 'wrangler/traces-off');
      const homes = gainsDependencies(plan) ? installHomes(workers) : [];
      if (!options.install)
        return { findings, toInstall: homes.map(({ project }) => project.packageManager) };
      for (const member of homes) await installFor(member, workers, { terminal, interruption, back });
      return { findings, toInstall: [] };
    } catch (error) {
      throw runRollbacks(error, back);
    }
  });
}

function gainsDependencies(plan: Plan): boolean {
  return plan.changes.some((change) => posix.basename(change.path) === 'package.json');
}

/** One Worker for each folder in which an install runs. */
function installHomes({ members }: Workers): Member[] {
  return [...new Map(members.map((member) => [member.project.packageManager.root, member])).values()];
}

/** Other files that installs write: Yarn's loader, and settings that pnpm and Corepack add to the project. */
const INSTALL_WRITES = ['package.json', 'pnpm-workspace.yaml', '.pnp.cjs', '.pnp.loader.mjs'];

async function installFor(
  { project }: Member,
  { root }: Workers,
  { terminal, interruption, back }: { terminal: Terminal; interruption: Interruption; back: Rollback[] },
): Promise<void> {
  const { packageManager, dir } = project;
  const lockfile = lockfilePath(project);
  const before = textNow(project, lockfile);
  const own = project.packageJson === undefined ? [] : [project.packageJson];
  const home = INSTALL_WRITES.map((name) => slashed(relative(dir, `${packageManager.root}${sep}${name}`)));
  back.push(keepFiles(dir, [...new Set([lockfile, ...own, ...home])]));
  await terminal.during(`Running ${installCommand(packageManager)}`, () =>
    install(packageManager, interruption.signal),
  );
  await interruption.check();
  await keepLockfileRecord(project, root, { path: lockfile, before, back });
}

function lockfilePath(project: ProjectSnapshot): string {
  return slashed(relative(project.dir, lockfileIn(project.packageManager)));
}

/** The current text of a file, even if it changed after the project was read. */
function textNow({ dir, disk }: ProjectSnapshot, path: string): string | undefined {
  const now = disk.withEmptyCache();
  const file = join(dir, path);
  return now.isFile(file) ? now.text(file) : undefined;
}

/** The lockfile is only known after the install, so the record is written again with it. */
async function keepLockfileRecord(
  project: ProjectSnapshot,
  root: string,
  { path, before, back }: { path: string; before: string | undefined; back: Rollback[] },
): Promise<void> {
  // A binary lockfile (bun.lockb) can't be restored as text. `remove` leaves it to an install.
  if (path.endsWith('.lockb')) return;
  const recordText = textNow(project, RECORD_FILE);
  if (recordText === undefined) return;
  const record = readRecord(recordText);
  const entry = recordLockfile(record.files[path], before, textNow(project, path), (text) =>
    keepInGit(project.dir, text, project.disk),
  );
  if (!entry || entry === record.files[path]) return;
  const after = writeRecord({ ...record, files: { ...record.files, [path]: entry } });
  const text = await inOwnLayout(project, { path: RECORD_FILE, before: recordText, after });
  back.push(applyChanges(project.dir, root, rewrite(RECORD_FILE, recordText, text)).rollback);
}
