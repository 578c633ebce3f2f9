import { EXIT } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import type { InitIntent } from '../plan/intent.js';
import type { Layouts } from '../plan/layouts.js';
import { type Assets, readAssets } from '../project/assets.js';
import type { Disk } from '../project/disk.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';
import { askMore } from './ask-more.js';
import { carryOut } from './carry-out.js';
import { type ChosenTask, tasksByFlag } from './chosen-tasks.js';
import { guardDirtyTree } from './dirty-tree.js';
import { guardNoTools } from './guard-no-tools.js';
import { type Answers, intentsOf } from './intent.js';
import { laidOut, textsToKeep } from './lay-out-plan.js';
import { showNextSteps } from './next-steps.js';
import type { Options } from './options.js';
import { paintedPatch, patchOf } from './patch.js';
import { planJson } from './plan-json.js';
import { askLayers, askTasks, askToGoOn, askToLayOut } from './prompts.js';
import { showCounts, showFindings, showFound, showKeyFiles, showRuntime } from './show.js';
import type { Terminal } from './terminal.js';
import { openWorkers, planWorkers, type Workers } from './workers.js';

/** `init`: plan, show, ask once, write, prove, install, verify. */
export async function init(options: Options, terminal: Terminal, disk: Disk): Promise<number> {
  const assets = readAssets();
  const workers = await openWorkers(options, terminal, { preferSetUp: false, disk });
  const { plan, layouts, intentOf } = await proposed(workers, assets, options, terminal);

  if (options.json) terminal.print(planJson(plan));
  if (options.dryRun) {
    if (!options.json) terminal.print(patchOf(plan.changes, workers.folder));
    return EXIT.ok;
  }
  if (!terminal.isInteractive) showFound(plan, terminal);
  showFindings(openFindings(plan), terminal);
  await guardNoTools(plan, options, terminal);
  if (plan.changes.length === 0) {
    terminal.say(`${terminal.paint('green', '✔')} Nothing to do: all of it is set up.`);
    return EXIT.ok;
  }
  guardDirtyTree(workers, plan, options, terminal);
  const [first] = workers.members.map(({ project }) => intentOf(project));
  if (first?.layers.includes('langfuse')) showRuntime(first.runtime, terminal);
  if (terminal.isInteractive) {
    terminal.say(paintedPatch(patchOf(plan.changes, workers.folder), terminal));
    showKeyFiles(plan, terminal);
    const isShared = plan.findings.some(({ rule }) => rule === 'project/shared-code');
    const others = isShared ? ', also in code that others use' : '';
    await askToGoOn(`Write these ${plan.changes.length} files${others}?`);
  }

  const written = workers.after(plan.changes);
  const { findings, toInstall } = await carryOut(
    workers,
    plan,
    {
      install: options.install,
      wantsTraces: wantsTraces(workers, intentOf),
      keep: textsToKeep(plan, layouts),
      verify: () => verify(written(), assets, intentOf, terminal),
    },
    terminal,
  );
  showFindings(findings, terminal);
  showCounts(plan, terminal);
  showNextSteps(written(), { intentOf, toInstall, changes: plan.changes, layouts }, terminal);
  return EXIT.ok;
}

/** Whether Cloudflare is meant to record traces everywhere once this is done. */
function wantsTraces({ members }: Workers, intentOf: (project: ProjectSnapshot) => InitIntent): boolean {
  return members.every(({ project }) => {
    const { layers, keepDisabled } = intentOf(project);
    return layers.includes('cloudflare') && !keepDisabled;
  });
}

interface Proposed {
  readonly plan: Plan;
  /** undefined where formatters are to stay out of it. */
  readonly layouts: Layouts | undefined;
  intentOf(project: ProjectSnapshot): InitIntent;
}

/** Whether formatters may lay out these files. */
type Ask = (paths: readonly string[]) => Promise<boolean>;

/** The plan, after what a person had to say to it where there is one to ask. */
async function proposed(
  workers: Workers,
  assets: Assets,
  options: Options,
  terminal: Terminal,
): Promise<Proposed> {
  let answers: Answers = {};
  let intents = intentsOf(options, assets.version);
  const intentOf = (project: ProjectSnapshot) => intents(project);
  const answered = (more: Answers) => {
    answers = { ...answers, ...more };
    intents = intentsOf(options, assets.version, answers);
  };
  const plan = async () => {
    const first = await planWorkers(workers, assets, intentOf);
    const told = tasksByFlag(first, options);
    return told.length > 0 ? planWorkers(workers, assets, intentOf, { tasks: told }) : first;
  };
  const formatted = async (proposal: Plan, tasks: readonly ChosenTask[], mayLayOut: Ask) => {
    const asPlanned = { plan: proposal, layouts: undefined, intentOf };
    if (options.formatting === false) return asPlanned;
    const done = await laidOut(workers, proposal, (layouts) =>
      planWorkers(workers, assets, intentOf, { tasks, layouts }),
    );
    const paths = [...done.layouts].flatMap(([path, { planned, text }]) => (planned === text ? [] : [path]));
    return paths.length === 0 || (await mayLayOut(paths)) ? { ...done, intentOf } : asPlanned;
  };
  if (!terminal.isInteractive) {
    const proposal = await plan();
    return formatted(proposal, tasksByFlag(proposal, options), async () => true);
  }
  const planned = () => terminal.during('Looking for tools', plan);
  const isNew = workers.members.every(({ project }) => !project.record);
  if (!options.layers && isNew) {
    const [first] = workers.members;
    answered({ layers: await askLayers(first ? intentOf(first.project).layers : []) });
  }
  let proposal = await planned();
  showFound(proposal, terminal);
  const more = await askMore(workers, proposal, options, intentOf);
  if (Object.keys(more).length > 0) {
    answered(more);
    proposal = await planned();
  }
  const isTold = options.tasks.size > 0 || options.oversight.size > 0;
  const tasks = isTold ? [] : await askTasks(proposal);
  if (tasks.length > 0) proposal = await planWorkers(workers, assets, intentOf, { tasks });
  const chosen = isTold ? tasksByFlag(proposal, options) : tasks;
  return formatted(proposal, chosen, async (paths) => options.formatting === true || askToLayOut(paths));
}

/** Walks the same road again: what was written must leave nothing to write. */
async function verify(
  workers: Workers,
  assets: Assets,
  intentOf: (project: ProjectSnapshot) => InitIntent,
  terminal: Terminal,
): Promise<void> {
  const again = await planWorkers(workers, assets, intentOf);
  if (again.changes.length === 0) {
    terminal.say(`${terminal.paint('green', '✔')} Checked: everything planned is in place.`);
    return;
  }
  const paths = again.changes.map((change) => change.path).join(', ');
  throw new Error(`init is not idempotent here: a second run would change ${paths}`);
}

/** What the change itself does not put right; and what it overrules, as it does so. */
function openFindings(plan: Plan): Finding[] {
  return plan.findings.flatMap((finding) => {
    if (finding.resolution !== 'planned') return [finding];
    if (!SWITCHED_OFF.has(finding.rule)) return [];
    return [
      { ...finding, level: 'warning', fix: 'This change sets it to true. To leave it off: --keep-disabled' },
    ];
  });
}
