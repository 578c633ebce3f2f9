import { posix } from 'node:path';
import type { Change } from '../core/plan.js';
import { isOlder } from '../doctor/versions.js';
import { LAST_FOR_NODE_20 } from '../doctor/wrangler-version.js';
import type { InitIntent } from '../plan/intent.js';
import type { Layouts } from '../plan/layouts.js';
import { findFormatters } from '../project/formatter/find-formatters.js';
import { installedPackage } from '../project/installed-package.js';
import { downloadWith, execWith, type PackageManager } from '../project/package-manager.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { localKeysPath } from '../scaffold/local-keys.js';
import { LOOM_PACKAGE, OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import { wrapped } from '../text/wrapped.js';
import type { WranglerDocument } from '../wrangler/document.js';
import { secretCommands } from '../wrangler/secret-commands.js';
import { isServerUrl } from '../wrangler/team-server.js';
import { installCommand } from './install.js';
import type { Member } from './member.js';
import type { Next } from './plan-json.js';
import { visible } from './show.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

/** Something left to do: the words for a person, and the command where one does it. */
export interface Step {
  readonly words: string;
  readonly command?: string;
  readonly why: string;
  /** It asks for what only a person has, such as keys. */
  readonly needsHuman?: true;
}

/** The remaining steps, in order. */
export function nextSteps(
  { members }: Workers,
  options: {
    intentOf(project: ProjectSnapshot): InitIntent;
    toInstall: readonly PackageManager[];
    changes: readonly Change[];
    layouts: Layouts | undefined;
  },
): Step[] {
  const keyed = members.filter(({ project }) => options.intentOf(project).layers.includes('langfuse'));
  const [first] = members;
  const isLocal = first !== undefined && options.intentOf(first.project).local === 'here';
  const byHand = (words: string): Step => ({ words, why: words, needsHuman: true });
  return [
    ...options.toInstall.map((manager) =>
      commandStep(installCommand(manager), `brings ${OBSERVABILITY_PACKAGE} and ${LOOM_PACKAGE}`),
    ),
    ...formatSteps(members, options.changes, options.layouts),
    ...nodeStep(members),
    ...keySteps(keyed, isLocal, first && options.intentOf(first.project).server).map(byHand),
    ...destinationStep(members, options.intentOf).map(byHand),
    commandStep(checkCommand(first, options.intentOf), 'in CI, too'),
  ];
}

/** By the project's own dependency, where it has one. */
function checkCommand(first: Member | undefined, intentOf: (project: ProjectSnapshot) => InitIntent): string {
  if (!first) return CHECK;
  const { packageJson = 'package.json', packageManager } = first.project;
  const isOwn = intentOf(first.project).specsFor(packageJson).observe !== undefined;
  return isOwn ? `${packageManager.name} run observe:check` : CHECK;
}

const CHECK = 'npx create-something-observe check';

export function commandStep(command: string, why: string): Step {
  return { words: `${command}   (${why})`, command, why };
}

export function showNextSteps(steps: readonly Step[], terminal: Terminal): void {
  terminal.say(terminal.paint('bold', 'Next'));
  steps.forEach(({ words }, index) => {
    const lines = `  ${index + 1}. ${words.split('\n').join('\n     ')}`.split('\n');
    terminal.say(lines.map((line) => wrapped(line, terminal.columns, 5)).join('\n'));
  });
}

/** The same for programs. */
export function asNext({ command, why, needsHuman }: Step): Next {
  return { command: command ?? null, why, needsHuman: needsHuman === true };
}

/** Without a formatter, new lines follow the style of their neighbours. */
export function formatSteps(
  members: readonly Member[],
  changes: readonly Change[],
  layouts: Layouts | undefined,
): Step[] {
  const sources = changes
    .filter(({ path, purpose }) => purpose === 'source' && !layouts?.has(path))
    .map(({ path }) => path);
  const [first] = members;
  if (first === undefined || sources.length === 0) return [];
  const files = sources.map((path) => posix.relative(first.dir, path));
  const command = findFormatters(first.project)[0]?.command(files);
  const where = first.dir === '.' ? '' : ` in ${first.dir}`;
  return command === undefined
    ? []
    : [commandStep(command, `your formatter, on the sources that changed${where}`)];
}

/** The Wrangler that is installed may not run on this Node: then no local run shows a trace. */
function nodeStep(members: readonly Member[]): Step[] {
  for (const { project } of members) {
    const tooNew = tooNewWrangler(project);
    if (tooNew === undefined) continue;
    const { version, least } = tooNew;
    const why = `Wrangler ${version} needs Node ${least} or newer, and this is ${process.versions.node}. Install that Node, or run an older Wrangler, which leaves your package.json alone`;
    const command = `${olderWrangler(project.packageManager)} dev`;
    return [{ words: `${why}:\n${command}`, command, why, needsHuman: true }];
  }
  return [];
}

function tooNewWrangler(project: ProjectSnapshot): { version: string; least: string } | undefined {
  const wrangler = installedPackage(project.dir, 'wrangler', project.disk);
  const least = wrangler?.minimumNode;
  return wrangler === undefined || least === undefined || !isOlder(process.versions.node, least)
    ? undefined
    : { version: wrangler.version, least };
}

/** Downloaded for this run only, so that `remove` leaves nothing of it behind. */
function olderWrangler(manager: PackageManager): string {
  const download = downloadWith(manager);
  return `${download === 'npx' ? 'npx --yes' : download} wrangler@${LAST_FOR_NODE_20}`;
}

/** Wrangler can't check that a destination exists: without one, Cloudflare drops the spans silently. */
function destinationStep(
  members: readonly Member[],
  intentOf: (project: ProjectSnapshot) => InitIntent,
): string[] {
  const names = new Set(members.flatMap(({ project }) => intentOf(project).destinations));
  if (names.size === 0) return [];
  const list = [...names].join(', ');
  return [
    `In Cloudflare's dashboard, create ${list} under Workers & Pages, Observability, Destinations: an OTLP endpoint with its headers.`,
  ];
}

function keySteps(members: readonly Member[], isLocal: boolean, server: string | undefined): string[] {
  const workers = members.filter(({ project }) => project.config !== null);
  if (members.length === 0) return [];
  if (workers.length === 0) {
    return ['Set LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL in the environment.'];
  }
  if (server !== undefined && !isServerUrl(server)) {
    return [
      `Deploy the team's server first (\`lm deploy\`), then this Worker. The binding sends traces to ${server} without keys. Delete any Langfuse keys of the deployed Worker: with keys, traces go to Langfuse.`,
    ];
  }
  const commands = workers.flatMap(secretLines);
  const [example] = workers as [Member, ...Member[]];
  const wrangler = `${execWith(example.project.packageManager)} wrangler`;
  // Pages makes the project with the first deployment, and takes no file of secrets.
  const [deploy, brings] = isPages(example)
    ? [`${wrangler} pages deploy`, 'creates the project; then run these lines']
    : [`${wrangler} deploy --secrets-file <file>`, 'sends them too'];
  // A secrets.required list hides from local runs what it does not name, and it need not name an address.
  const hasList = workers.some(({ project }) => project.config && requiresSecrets(project.config));
  const baseUrl = hasList ? 'add LANGFUSE_BASE_URL to vars in the config' : 'LANGFUSE_BASE_URL too';
  const files = workers.flatMap(keyFiles).join(', ');
  return [
    ...(isLocal
      ? [localRun(example), `To use Langfuse instead, replace the local keys and address in ${files}.`]
      : [`Put your Langfuse keys into ${files} for local runs (empty means off).`]),
    [
      server === undefined
        ? 'Set them for the deployed Worker:'
        : 'Create a key pair with `lm keys add <name>`, and set it for the deployed Worker:',
      ...commands,
      `(Never deployed yet? \`${deploy}\` ${brings}. Outside the US region, ${baseUrl}.)`,
    ].join('\n'),
  ];
}

function isPages({ project }: Member): boolean {
  return project.config?.pagesBuildOutputDir !== undefined;
}

function localRun(member: Member): string {
  const { project } = member;
  const run = execWith(project.packageManager);
  const wrangler = tooNewWrangler(project) ? olderWrangler(project.packageManager) : `${run} wrangler`;
  const dev = `${wrangler} ${isPages(member) ? 'pages dev' : 'dev'}`;
  const step = `${run} lm dashboard   (leave it running, open its address; then ${dev}, and call a tool)`;
  const remote = project.config?.remoteBindings ?? [];
  // Wrangler does not start without the account that these are in.
  return remote.length > 0 && !isPages(member)
    ? `${step}\n(${remote.map(visible).join(', ')} ${remote.length === 1 ? 'asks' : 'ask'} for a Cloudflare login; ${dev} --local needs none.)`
    : step;
}

function requiresSecrets({ envs, requiredSecrets }: WranglerDocument): boolean {
  return [requiredSecrets, ...Object.values(envs).map((env) => env.requiredSecrets)].some(
    (list) => list !== undefined,
  );
}

function keyFiles({ project, dir }: Member): string[] {
  const { localVars } = project;
  return [localKeysPath(localVars), ...localVars.perEnvironment].map((path) => within(dir, path));
}

/** Run in the Worker's own folder: only there its own Wrangler is sure to be the one that answers. */
function secretLines({ project, dir }: Member): string[] {
  if (!project.config) return [];
  const lines = secretCommands(project.config, {
    wrangler: `${execWith(project.packageManager)} wrangler`,
    ...(project.configIsNamed ? { config: project.config.path } : {}),
  });
  return [...(dir === '.' ? [] : [`in ${dir}:`]), ...lines.map(({ command }) => command)];
}

function within(dir: string, path: string): string {
  return dir === '.' ? path : `${dir}/${path}`;
}
