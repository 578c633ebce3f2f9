import { applyChanges } from '../apply.js';
import { EXIT } from '../errors.js';
import { planRemove } from '../plan-remove.js';
import { readProject } from '../project/read-project.js';
import { CANDIDATE } from '../tools/candidate.js';
import { installCommand } from './install.js';
import type { Options } from './options.js';
import { paintedPatch, patchOf } from './patch.js';
import { planJson } from './plan-json.js';
import { askToGoOn } from './prompts.js';
import { showCounts, showFindings } from './show.js';
import type { Terminal } from './terminal.js';

/** `remove`: takes out again what `init` put in, byte for byte where nobody wrote over it since. */
export async function remove(options: Options, terminal: Terminal): Promise<number> {
  const project = readProject(options.dir, { config: options.config, filter: CANDIDATE });
  const plan = await planRemove(project);
  if (options.json) terminal.print(planJson(plan));
  if (options.dryRun) {
    if (!options.json) terminal.print(patchOf(plan.changes));
    return EXIT.ok;
  }
  showFindings(plan.findings, terminal);
  if (plan.changes.length === 0) {
    terminal.say('Nothing to remove: init was not run here.');
    return EXIT.ok;
  }
  if (terminal.isInteractive) {
    terminal.say(paintedPatch(patchOf(plan.changes), terminal));
    await askToGoOn(`Take this out of ${plan.changes.length} files?`);
  }
  applyChanges(project.dir, project.root, plan.changes);
  showCounts(plan, terminal);
  if (plan.changes.some((change) => change.path.endsWith('package.json'))) {
    terminal.say(`Next: ${installCommand(project.packageManager)}   (drops the packages from node_modules)`);
  }
  return EXIT.ok;
}
