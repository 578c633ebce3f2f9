import { posix, relative, sep } from 'node:path';
import { applyChanges } from '../apply.js';
import type { Finding } from '../findings.js';
import { recordLockfile } from '../lockfile-record.js';
import { type Change, type Plan, rewrite } from '../plan.js';
import { lockfileOf, type PackageManager } from '../project/package-manager.js';
import type { Project } from '../project/project.js';
import { RECORD_FILE, readRecord, writeRecord } from '../record.js';
import { install, installCommand } from './install.js';
import { readAfter, readBefore } from './prove.js';
import type { Terminal } from './terminal.js';
import type { Member, Workers } from './workers.js';

/** What became of a plan. */
export interface CarriedOut {
  /** What the project's Wrangler said to the result. */
  readonly findings: readonly Finding[];
  /** Package managers that still have to be run. */
  readonly toInstall: readonly PackageManager[];
}

/** Writes, proves and installs; whatever fails on the way, the project ends as it was. */
export async function carryOut(
  workers: Workers,
  plan: Plan,
  options: { readonly install: boolean; readonly wantsTraces: boolean },
  terminal: Terminal,
): Promise<CarriedOut> {
  const proof = await readBefore(workers, plan);
  const applied = applyChanges(workers.base, workers.root, plan.changes);
  const undo = [() => applied.rollback()];
  try {
    const said = await readAfter(proof, terminal);
    const findings = options.wantsTraces ? said : said.filter(({ rule }) => rule !== 'wrangler/traces-off');
    const homes = gainsDependencies(plan) ? installHomes(workers) : [];
    if (!options.install) return { findings, toInstall: homes.map(({ project }) => project.packageManager) };
    for (const member of homes) await installFor(member, workers, terminal, undo);
    return { findings, toInstall: [] };
  } catch (error) {
    for (const back of undo) back();
    throw error;
  }
}

function gainsDependencies(plan: Plan): boolean {
  return plan.changes.some((change) => posix.basename(change.path) === 'package.json');
}

/** One Worker for each folder that an install runs in. */
function installHomes({ members }: Workers): Member[] {
  return [...new Map(members.map((member) => [member.project.packageManager.root, member])).values()];
}

async function installFor(
  { project }: Member,
  workers: Workers,
  terminal: Terminal,
  undo: (() => void)[],
): Promise<void> {
  const { packageManager } = project;
  const lockfile = lockfilePath(project);
  const before = project.text(lockfile);
  terminal.say(terminal.paint('dim', `Running ${installCommand(packageManager)} …`));
  undo.push(() => restoreLockfile(project, workers.root, lockfile, before));
  await install(packageManager);
  keepLockfileRecord(project, workers.root, lockfile, before);
}

function lockfilePath(project: Project): string {
  const { lockfile, name, root } = project.packageManager;
  const path = lockfile ?? `${root}${sep}${lockfileOf(name)}`;
  return relative(project.dir, path).split(sep).join('/');
}

function restoreLockfile(project: Project, root: string, path: string, before: string | undefined): void {
  const now = project.text(path);
  if (now === before || now === undefined) return;
  const changes: Change[] =
    before === undefined ? [{ action: 'delete', path, before: now }] : rewrite(path, now, before);
  applyChanges(project.dir, root, changes);
}

/** The lockfile is known only after the install: the record gains it in a second write. */
function keepLockfileRecord(project: Project, root: string, path: string, before: string | undefined): void {
  const recordText = project.text(RECORD_FILE);
  if (recordText === undefined) return;
  const record = readRecord(recordText);
  const entry = recordLockfile(record.files[path], before, project.text(path));
  if (!entry || entry === record.files[path]) return;
  const text = writeRecord({ ...record, files: { ...record.files, [path]: entry } });
  applyChanges(project.dir, root, rewrite(RECORD_FILE, recordText, text));
}
