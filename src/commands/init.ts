import { EXIT } from '../core/error-codes.js';
import type { InitIntent } from '../plan/intent.js';
import { type Assets, readAssets } from '../project/assets.js';
import type { Disk } from '../project/disk.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { applying, showing } from './applying.js';
import { carryOut } from './carry-out.js';
import { detected } from './detect.js';
import { guardDirtyTree } from './dirty-tree.js';
import { guardNoTools } from './guard-no-tools.js';
import { textsToKeep } from './lay-out-plan.js';
import { nextSteps, showNextSteps } from './next-steps.js';
import { openFindings } from './open-findings.js';
import type { Options } from './options.js';
import { patchOf } from './patch.js';
import { optionsOf, readPlanFile, requireSame } from './plan-file.js';
import { type Done, planJson } from './plan-json.js';
import { type Proposed, proposed } from './propose.js';
import { showRecipe } from './recipe.js';
import { faultOf } from './report-error.js';
import { showSummary } from './review.js';
import { reviewable } from './reviewable.js';
import { reviewed } from './reviewed.js';
import { isSetUp, showCounts, showFindings, showFound, showRuntime, withoutKnownInfo } from './show.js';
import { asNext } from './step.js';
import type { Terminal } from './terminal.js';
import { openWorkers, planWorkers, type Workers } from './workers.js';

/** `init`: plans, shows, asks, writes, proves, installs and verifies. */
export async function init(asked: Options, terminal: Terminal, disk: Disk): Promise<number> {
  const assets = readAssets();
  if (asked.detect) return detected(asked, terminal, disk, assets);
  const planFile = asked.plan === undefined ? undefined : readPlanFile(asked.plan, disk);
  const options = planFile ? optionsOf(planFile, asked) : asked;
  const workers = await openWorkers(options, terminal, { preferSetUp: false, disk });
  let proposal = await proposed(workers, assets, options, terminal);
  const { intentOf } = proposal;
  const done: Done = { applied: false, next: [] };
  try {
    if (planFile) requireSame(planFile, options.plan ?? '', workers, proposal.plan);
    if (!terminal.isInteractive && !options.dryRun) showFound(proposal.plan, terminal);
    showFindings(withoutKnownInfo(openFindings(proposal.plan), isSetUp(workers)), terminal);
    if (options.dryRun) {
      const { plan } = proposal;
      showSummary(plan, terminal);
      if (!options.json) terminal.print(patchOf(plan.changes, workers.folder));
      done.next.push(applying(options));
      return EXIT.ok;
    }
    await guardNoTools(proposal.plan, options, terminal);
    if (proposal.plan.changes.length === 0) {
      terminal.say(`${terminal.paint('green', '✔')} Nothing to do: everything is set up.`);
      return EXIT.ok;
    }
    if (!options.yes && !terminal.isInteractive) {
      showSummary(proposal.plan, terminal);
      terminal.say(`Nothing was written. To see the whole change: ${showing(options)}`);
      terminal.say(`${terminal.paint('bold', 'To apply it:')} ${applying(options).command}`);
      done.next.push(applying(options));
      showRecipe(workers, proposal, options, terminal);
      return EXIT.ok;
    }
    guardDirtyTree(workers, proposal.plan, options, terminal);
    const [first] = workers.members.map(({ project }) => intentOf(project));
    if (first?.layers.includes('langfuse')) showRuntime(first.runtime, terminal);
    if (terminal.isInteractive) proposal = await reviewed(proposal, workers, terminal);

    const { plan, layouts, leftOut } = proposal;
    const written = workers.after(plan.changes);
    const { findings, toInstall } = await carryOut(
      workers,
      plan,
      {
        install: options.install,
        wantsTraces: wantsTraces(workers, intentOf),
        keep: textsToKeep(plan, layouts),
        verify: () => verify(written(), assets, { intentOf, leftOut }, terminal),
      },
      terminal,
    );
    done.applied = true;
    showFindings(findings, terminal);
    showCounts(plan, terminal);
    const steps = nextSteps(written(), { intentOf, toInstall, changes: plan.changes, layouts });
    showNextSteps(steps, terminal);
    done.next.push(...steps.map(asNext));
    return EXIT.ok;
  } catch (error) {
    done.error = faultOf(error);
    throw error;
  } finally {
    if (options.json) {
      const isOver = done.applied || done.error !== undefined;
      const more = isOver ? {} : reviewable(workers, proposal, options);
      terminal.print(planJson(proposal.plan, { ...done, ...more }));
    }
  }
}

/** True if Cloudflare records traces everywhere after this change. */
function wantsTraces({ members }: Workers, intentOf: (project: ProjectSnapshot) => InitIntent): boolean {
  return members.every(({ project }) => {
    const { layers, keepDisabled } = intentOf(project);
    return layers.includes('cloudflare') && !keepDisabled;
  });
}

/** Plans again: a second run must find nothing to change. */
async function verify(
  workers: Workers,
  assets: Assets,
  { intentOf, leftOut }: Pick<Proposed, 'intentOf' | 'leftOut'>,
  terminal: Terminal,
): Promise<void> {
  const again = await planWorkers(workers, assets, intentOf, { leftOut });
  if (again.changes.length === 0) {
    terminal.say(`${terminal.paint('green', '✔')} Checked: everything planned is in place.`);
    return;
  }
  const paths = again.changes.map((change) => change.path).join(', ');
  throw new Error(`init is not idempotent here: a second run would change ${paths}`);
}
