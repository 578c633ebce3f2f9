import { isOlder } from '../doctor/versions.js';
import { installedPackage } from '../project/installed-package.js';
import { downloadWith, execWith, type PackageManager } from '../project/package-manager.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { KNOWS_TRACES, newestFor } from '../wrangler/too-old.js';
import type { Member } from './member.js';
import { visible } from './show.js';
import { commandStep, type Step } from './step.js';

/** The steps to the first trace. Both commands run until you stop them. */
export function localSteps(member: Member): Step[] {
  const { project } = member;
  const run = execWith(project.packageManager);
  const unfit = unusableWrangler(project);
  const wrangler = unfit === undefined ? `${run} wrangler` : otherWrangler(project.packageManager);
  const dev = `${wrangler} ${isPages(member) ? 'pages dev' : 'dev'}`;
  const remote = isPages(member) ? [] : (project.config?.remoteBindings ?? []);
  const asks = remote.length === 1 ? 'asks' : 'ask';
  const running = [
    ...(unfit === undefined ? [] : [`${unfit}:`]),
    `${dev}   (in another terminal; then call a tool)`,
    // Wrangler needs the account of these services to start.
    ...(remote.length > 0
      ? [`(${remote.map(visible).join(', ')} ${asks} for a Cloudflare login; ${dev} --local needs none.)`]
      : []),
  ];
  return [
    { ...commandStep(`${run} lm dashboard`, 'leave it running, and open its address'), needsHuman: true },
    {
      words: running.join('\n'),
      command: dev,
      why: unfit ?? 'serves the Worker; then call a tool',
      needsHuman: true,
    },
  ];
}

/** The installed Wrangler may not run on this Node, or may lose traces. Then local runs show no traces. */
export function devStep(members: readonly Member[]): Step[] {
  for (const { project } of members) {
    const why = unusableWrangler(project);
    if (why === undefined) continue;
    const command = `${otherWrangler(project.packageManager)} dev`;
    return [{ words: `${why}:\n${command}`, command, why, needsHuman: true }];
  }
  return [];
}

function unusableWrangler(project: ProjectSnapshot): string | undefined {
  const wrangler = installedPackage(project.dir, 'wrangler', project.disk);
  if (wrangler === undefined) return undefined;
  const { version, minimumNode } = wrangler;
  const { node } = process.versions;
  if (minimumNode !== undefined && isOlder(node, minimumNode)) {
    return `Wrangler ${version} needs Node ${minimumNode} or newer, and this is ${node}. Install that Node, or run an older Wrangler, which leaves your package.json alone`;
  }
  if (isOlder(version, KNOWS_TRACES)) {
    return `Wrangler ${version} is too old: it drops traces from a deploy, and local runs can lose theirs. Update it, or run a newer one, which leaves your package.json alone`;
  }
  return undefined;
}

/** It is only downloaded for this run, so that `remove` leaves no trace of it. */
function otherWrangler(manager: PackageManager): string {
  const download = downloadWith(manager);
  return `${download === 'npx' ? 'npx --yes' : download} wrangler@${newestFor(process.versions.node)}`;
}

export function isPages({ project }: Member): boolean {
  return project.config?.pagesBuildOutputDir !== undefined;
}
