import { missingFiles } from '../checks/missing-files.js';
import { switchedOff } from '../checks/switched-off.js';
import { unobservedModels } from '../checks/unobserved-model.js';
import { untracedTools } from '../checks/untraced-tool.js';
import { EXIT } from '../errors.js';
import type { Finding } from '../findings.js';
import type { Plan } from '../plan.js';
import type { InitIntent } from '../plan-init.js';
import { type Assets, readAssets } from '../project/assets.js';
import type { Project } from '../project/project.js';
import { carryOut } from './carry-out.js';
import { installCommand } from './install.js';
import { resolveIntent } from './intent.js';
import type { Options } from './options.js';
import { planJson } from './plan-json.js';
import { showCounts, showFindings } from './show.js';
import type { Terminal } from './terminal.js';
import { openWorkers, planWorkers, type Workers } from './workers.js';

/** `check`: the plan that `init` would carry out, read as findings. Nothing is written without `--fix`. */
export async function check(options: Options, terminal: Terminal): Promise<number> {
  const assets = readAssets();
  const opened = await openWorkers(options, terminal, { preferSetUp: true });
  const intentOf = (project: Project) => resolveIntent(options, project, assets.version);
  const workers = options.fix ? await fixed(opened, assets, intentOf, terminal) : opened;
  const plan = await planWorkers(workers, assets, intentOf);
  const findings = findingsOf(plan, workers, intentOf);
  const failing = findings.filter((finding) => finding.level !== 'info');

  if (options.json) terminal.print(planJson({ ...plan, findings }));
  else showFindings(findings, terminal);
  if (failing.length > 0) {
    const places = failing.length === 1 ? 'One thing is' : `${failing.length} things are`;
    terminal.say(`${terminal.paint('red', '✖')} ${places} not set up.`);
    return EXIT.findings;
  }
  const tools = plan.workers.flatMap((worker) => worker.tools).filter((tool) => tool.status === 'traced');
  const traced = tools.length === 1 ? '1 tool traced' : `${tools.length} tools traced`;
  terminal.say(`${terminal.paint('green', '✔')} All set up: ${traced}.`);
  return EXIT.ok;
}

function findingsOf(plan: Plan, { members }: Workers, intentOf: (project: Project) => InitIntent): Finding[] {
  const keeps = members.some(({ project }) => intentOf(project).keepDisabled);
  return [
    ...switchedOff(plan.findings, keeps),
    ...untracedTools(plan),
    ...unobservedModels(plan),
    ...missingFiles(plan),
  ];
}

/** Carries out what needs nobody's opinion: an explicit `false` stays, and so do files with keys. */
async function fixed(
  workers: Workers,
  assets: Assets,
  intentOf: (project: Project) => InitIntent,
  terminal: Terminal,
): Promise<Workers> {
  const plan = await planWorkers(workers, assets, (project) => ({ ...intentOf(project), unattended: true }));
  const changes = plan.changes.filter((change) => change.part !== 'secrets');
  if (changes.length === 0) return workers;
  const { findings, toInstall } = await carryOut(
    workers,
    { ...plan, changes },
    { install: false, wantsTraces: false },
    terminal,
  );
  showFindings(findings, terminal);
  showCounts({ ...plan, changes }, terminal);
  for (const manager of toInstall) terminal.say(`Next: ${installCommand(manager)}`);
  return workers.reread();
}
