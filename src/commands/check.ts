import { missingFiles } from '../checks/missing-files.js';
import { untracedTools } from '../checks/untraced-tool.js';
import { EXIT } from '../errors.js';
import { planInit } from '../plan-init.js';
import { readAssets } from '../project/assets.js';
import { readProject } from '../project/read-project.js';
import { CANDIDATE } from '../tools/candidate.js';
import { resolveIntent } from './intent.js';
import type { Options } from './options.js';
import { planJson } from './plan-json.js';
import { showFindings } from './show.js';
import type { Terminal } from './terminal.js';

/** `check`: the plan that `init` would carry out, read as findings. Nothing is written. */
export async function check(options: Options, terminal: Terminal): Promise<number> {
  const assets = readAssets();
  const project = readProject(options.dir, { config: options.config, filter: CANDIDATE });
  const plan = await planInit(project, assets, resolveIntent(options, project, assets.version));
  const findings = [...plan.findings, ...untracedTools(plan), ...missingFiles(plan)];
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
