import { relative } from 'node:path';
import { applyChanges } from '../apply.js';
import { DirtyTreeError, EXIT } from '../errors.js';
import { recordLockfile } from '../lockfile-record.js';
import type { Change, Plan } from '../plan.js';
import { type InitIntent, planInit } from '../plan-init.js';
import { type Assets, readAssets } from '../project/assets.js';
import { uncommittedFiles } from '../project/git.js';
import { lockfileOf } from '../project/package-manager.js';
import type { Project } from '../project/project.js';
import { readProject } from '../project/read-project.js';
import { RECORD_FILE, readRecord, writeRecord } from '../record.js';
import { CANDIDATE } from '../tools/candidate.js';
import { RESOLVED_BY_EDITS } from '../wrangler/plan-observability.js';
import { install, installCommand } from './install.js';
import { earlierRecord, resolveIntent } from './intent.js';
import type { Options } from './options.js';
import { paintedPatch, patchOf } from './patch.js';
import { planJson } from './plan-json.js';
import { askLayers, askTasks, askToGoOn } from './prompts.js';
import { showCounts, showFindings, showFound, showNextSteps } from './show.js';
import type { Terminal } from './terminal.js';

/** `init`: plan, show, ask once, write, install, verify. */
export async function init(options: Options, terminal: Terminal): Promise<number> {
  const assets = readAssets();
  const read = () => readProject(options.dir, { config: options.config, filter: CANDIDATE });
  const project = read();
  const { plan, intent } = await proposed(project, assets, options, terminal);

  if (options.json) terminal.print(planJson(plan));
  if (options.dryRun) {
    if (!options.json) terminal.print(patchOf(plan.changes));
    return EXIT.ok;
  }
  if (!terminal.isInteractive) showFound(plan, terminal);
  showFindings(openFindings(plan), terminal);
  if (plan.changes.length === 0) {
    terminal.say(`${terminal.paint('green', '✔')} Nothing to do: all of it is set up.`);
    return EXIT.ok;
  }
  guardDirtyTree(project, options);
  if (terminal.isInteractive) {
    terminal.say(paintedPatch(patchOf(plan.changes), terminal));
    await askToGoOn(`Write these ${plan.changes.length} files?`);
  }

  const installed = await carryOut(project, plan, options, terminal);
  showCounts(plan, terminal);
  await verify(read(), assets, { ...intent, tasks: new Map() }, terminal);
  const hasLangfuse = intent.layers.includes('langfuse');
  const command = installCommand(project.packageManager);
  showNextSteps(plan, { installed, installCommand: command, hasLangfuse }, terminal);
  return EXIT.ok;
}

/** The plan, after what a person had to say to it where there is one to ask. */
async function proposed(
  project: Project,
  assets: Assets,
  options: Options,
  terminal: Terminal,
): Promise<{ plan: Plan; intent: InitIntent }> {
  let intent = resolveIntent(options, project, assets.version);
  if (!terminal.isInteractive) return { plan: await planInit(project, assets, intent), intent };
  if (!options.layers && !earlierRecord(project)) {
    intent = { ...intent, layers: await askLayers(intent.layers) };
  }
  const first = await planInit(project, assets, intent);
  showFound(first, terminal);
  const tasks = await askTasks(first);
  if (tasks.size === 0) return { plan: first, intent };
  intent = { ...intent, tasks };
  return { plan: await planInit(project, assets, intent), intent };
}

function guardDirtyTree(project: Project, options: Options): void {
  if (options.force) return;
  const [first, ...more] = uncommittedFiles(project.dir);
  if (first === undefined) return;
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  throw new DirtyTreeError(
    `There are uncommitted changes: ${first}${others}.`,
    'Commit or stash them, so that this change can be reviewed by itself; or add --force. Nothing was changed.',
  );
}

/** Writes and installs; whatever fails on the way, the project ends as it was. */
async function carryOut(
  project: Project,
  plan: Plan,
  options: Options,
  terminal: Terminal,
): Promise<boolean> {
  const applied = applyChanges(project.dir, project.root, plan.changes);
  const needsInstall = plan.changes.some((change) => change.path.endsWith('package.json'));
  if (!needsInstall || !options.install) return !needsInstall;
  const lockfile = lockfilePath(project);
  const before = project.text(lockfile);
  terminal.say(terminal.paint('dim', `Running ${installCommand(project.packageManager)} …`));
  try {
    await install(project.packageManager);
  } catch (error) {
    applied.rollback();
    restoreLockfile(project, lockfile, before);
    throw error;
  }
  keepLockfileRecord(project, lockfile, before);
  return true;
}

function lockfilePath(project: Project): string {
  const { lockfile, name } = project.packageManager;
  return lockfile ? relative(project.dir, lockfile) : lockfileOf(name);
}

function restoreLockfile(project: Project, path: string, before: string | undefined): void {
  const now = project.text(path);
  if (now === before || now === undefined) return;
  const change: Change =
    before === undefined
      ? { action: 'delete', path, before: now }
      : { action: 'modify', path, before: now, edits: [{ start: 0, end: now.length, text: before }] };
  applyChanges(project.dir, project.root, [change]);
}

/** The lockfile is known only after the install: the record gains it in a second write. */
function keepLockfileRecord(project: Project, path: string, before: string | undefined): void {
  const recordText = project.text(RECORD_FILE);
  if (recordText === undefined) return;
  const record = readRecord(recordText);
  const entry = recordLockfile(record.files[path], before, project.text(path));
  if (!entry || entry === record.files[path]) return;
  const text = writeRecord({ ...record, files: { ...record.files, [path]: entry } });
  const edits = [{ start: 0, end: recordText.length, text }];
  applyChanges(project.dir, project.root, [
    { action: 'modify', path: RECORD_FILE, before: recordText, edits },
  ]);
}

/** Walks the same road again: what was written must leave nothing to write. */
async function verify(
  project: Project,
  assets: Assets,
  intent: InitIntent,
  terminal: Terminal,
): Promise<void> {
  const again = await planInit(project, assets, intent);
  if (again.changes.length === 0) {
    terminal.say(`${terminal.paint('green', '✔')} Checked: everything planned is in place.`);
    return;
  }
  const paths = again.changes.map((change) => change.path).join(', ');
  throw new Error(`init is not idempotent here: a second run would change ${paths}`);
}

/** Findings that the change itself does not put right. */
function openFindings(plan: Plan) {
  return plan.findings.filter((finding) => !RESOLVED_BY_EDITS.has(finding.rule));
}
