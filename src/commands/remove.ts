import { posix } from 'node:path';
import { applyChanges } from '../apply/apply.js';
import { EXIT } from '../core/error-codes.js';
import type { Plan } from '../core/plan.js';
import { joinPlans, type WorkerPlan } from '../plan/join.js';
import type { Layouts } from '../plan/layouts.js';
import { hasTraces, planRemove, type SourceUndo } from '../plan/remove.js';
import { readAssets } from '../project/assets.js';
import type { Disk } from '../project/disk.js';
import { keysBlock } from '../scaffold/plan-scaffold.js';
import { installCommand } from './install.js';
import { uninterrupted } from './interruption.js';
import { laidOut } from './lay-out-plan.js';
import { formatSteps } from './next-steps.js';
import type { Options } from './options.js';
import { patchOf } from './patch.js';
import { type Done, planJson } from './plan-json.js';
import { askToContinue } from './prompts.js';
import { faultOf } from './report-error.js';
import { showDiff, showSummary } from './review.js';
import { runRollbacks } from './run-rollbacks.js';
import { showCounts, showFindings } from './show.js';
import { asNext, commandStep, type Step } from './step.js';
import type { Terminal } from './terminal.js';
import { aboutMember, layoutsFrom, neighboursOf, openWorkers, type Workers } from './workers.js';

/** `remove`: deletes what `init` added, byte for byte where it was not edited. */
export async function remove(options: Options, terminal: Terminal, disk: Disk): Promise<number> {
  const workers = await openWorkers(options, terminal, { preferSetUp: true, disk });
  const asCut = await planRemoval(workers);
  const { plan, layouts } =
    options.formatting === false
      ? { plan: asCut, layouts: undefined }
      : await laidOut(workers, asCut, (layouts) => planRemoval(workers, layouts));
  const done: Done = { applied: false, next: [] };
  try {
    if (options.dryRun) {
      showSummary(plan, terminal);
      if (!options.json) terminal.print(patchOf(plan.changes, workers.folder));
      return EXIT.ok;
    }
    showFindings(plan.findings, terminal);
    if (plan.changes.length === 0) {
      terminal.say('Nothing to remove: init has not run here.');
      return EXIT.ok;
    }
    if (terminal.isInteractive) {
      showSummary(plan, terminal);
      showDiff(plan, workers.folder, terminal);
      await askToContinue(`Remove this from ${plan.changes.length} files?`);
    }
    await written(workers, plan);
    done.applied = true;
    showCounts(plan, terminal);
    const steps = [...installSteps(workers, plan), ...formatSteps(workers.members, plan.changes, layouts)];
    for (const { words } of steps) terminal.say(`Next: ${words}`);
    done.next.push(...steps.map(asNext));
    return EXIT.ok;
  } catch (error) {
    done.error = faultOf(error);
    throw error;
  } finally {
    if (options.json) terminal.print(planJson(plan, done));
  }
}

function written(workers: Workers, plan: Plan): Promise<void> {
  return uninterrupted(async (interruption) => {
    const { rollback } = applyChanges(workers.base, workers.root, plan.changes);
    try {
      await interruption.check();
    } catch (error) {
      throw runRollbacks(error, [rollback]);
    }
  });
}

function installSteps({ members }: Workers, { changes }: Plan): Step[] {
  if (!changes.some((change) => posix.basename(change.path) === 'package.json')) return [];
  const commands = new Set(members.map(({ project }) => installCommand(project.packageManager)));
  return [...commands].map((command) => commandStep(command, 'drops the packages from node_modules'));
}

async function planRemoval(workers: Workers, layouts?: Layouts): Promise<Plan> {
  const block = keysBlock(readAssets());
  const isNeeded = workers.members.some(({ project }) => hasTraces(project));
  const compiler = isNeeded ? await loadSourceUndo() : undefined;
  const parts: WorkerPlan[] = [];
  const neighbours = neighboursOf(workers);
  for (const member of workers.members) {
    const { project, dir } = member;
    const plan = aboutMember(member, () =>
      planRemove(project, block, compiler, neighbours(project), layouts && layoutsFrom(dir, layouts)),
    );
    parts.push({ dir, plan });
  }
  return joinPlans(parts);
}

async function loadSourceUndo(): Promise<SourceUndo> {
  const [{ readSource }, { hasSameCode }, { ownWrappers, untraceTools }] = await Promise.all([
    import('../rewrite/read-source.js'),
    import('../rewrite/same-program.js'),
    import('../rewrite/untrace-tools.js'),
  ]);
  return { readSource, hasSameCode, ownWrappers, untraceTools };
}
