import { EXIT } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import type { InitIntent } from '../plan/intent.js';
import { type Assets, readAssets } from '../project/assets.js';
import type { Disk } from '../project/disk.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';
import { applying } from './applying.js';
import { carryOut } from './carry-out.js';
import { guardDirtyTree } from './dirty-tree.js';
import { guardNoTools } from './guard-no-tools.js';
import { textsToKeep } from './lay-out-plan.js';
import { asNext, nextSteps, showNextSteps } from './next-steps.js';
import type { Options } from './options.js';
import { patchOf } from './patch.js';
import { type Done, planJson } from './plan-json.js';
import { type Proposed, proposed } from './propose.js';
import { showSummary } from './review.js';
import { reviewed } from './reviewed.js';
import { isSetUp, showCounts, showFindings, showFound, showRuntime, worthSaying } from './show.js';
import type { Terminal } from './terminal.js';
import { openWorkers, planWorkers, type Workers } from './workers.js';

/** `init`: plan, show, ask once, write, prove, install, verify. */
export async function init(options: Options, terminal: Terminal, disk: Disk): Promise<number> {
  const assets = readAssets();
  const workers = await openWorkers(options, terminal, { preferSetUp: false, disk });
  let proposal = await proposed(workers, assets, options, terminal);
  const { intentOf } = proposal;
  const done: Done = { applied: false, next: [] };
  try {
    if (options.dryRun) {
      const { plan } = proposal;
      showSummary(plan, terminal);
      if (!options.json) terminal.print(patchOf(plan.changes, workers.folder));
      done.next.push(applying(options));
      return EXIT.ok;
    }
    if (!terminal.isInteractive) showFound(proposal.plan, terminal);
    showFindings(worthSaying(openFindings(proposal.plan), isSetUp(workers)), terminal);
    await guardNoTools(proposal.plan, options, terminal);
    if (proposal.plan.changes.length === 0) {
      terminal.say(`${terminal.paint('green', '✔')} Nothing to do: all of it is set up.`);
      return EXIT.ok;
    }
    if (!options.yes && !terminal.isInteractive) {
      showSummary(proposal.plan, terminal);
      const { command } = applying(options);
      terminal.say(`Nothing was written. To see the whole change: ${command} --dry-run`);
      terminal.say(`${terminal.paint('bold', 'To apply it:')} ${command}`);
      done.next.push(applying(options));
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
  } finally {
    if (options.json) terminal.print(planJson(proposal.plan, done));
  }
}

/** Whether Cloudflare is meant to record traces everywhere once this is done. */
function wantsTraces({ members }: Workers, intentOf: (project: ProjectSnapshot) => InitIntent): boolean {
  return members.every(({ project }) => {
    const { layers, keepDisabled } = intentOf(project);
    return layers.includes('cloudflare') && !keepDisabled;
  });
}

/** Walks the same road again: what was written must leave nothing to write. */
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
