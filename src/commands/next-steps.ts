import { posix } from 'node:path';
import type { Change } from '../core/plan.js';
import type { InitIntent } from '../plan/intent.js';
import type { Layouts } from '../plan/layouts.js';
import { findFormatters } from '../project/formatter/find-formatters.js';
import { execWith, type PackageManager } from '../project/package-manager.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { localKeysPath } from '../scaffold/local-keys.js';
import { LOOM_PACKAGE, OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import { wrapped } from '../text/wrapped.js';
import type { WranglerDocument } from '../wrangler/document.js';
import { secretCommands } from '../wrangler/secret-commands.js';
import { isServerUrl } from '../wrangler/team-server.js';
import { installCommand } from './install.js';
import { devStep, isPages, localSteps } from './local-run.js';
import type { Member } from './member.js';
import { commandStep, type Step } from './step.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

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
    ...(isLocal && first.project.config ? localSteps(first) : devStep(members)),
    ...keySteps(keyed, isLocal, first && options.intentOf(first.project).server).map(byHand),
    ...destinationStep(members, options.intentOf).map(byHand),
    commandStep(checkCommand(first, options.intentOf), 'in CI, too'),
  ];
}

/** Uses the project's own dependency, if it has one. */
function checkCommand(first: Member | undefined, intentOf: (project: ProjectSnapshot) => InitIntent): string {
  if (!first) return CHECK;
  const { packageJson = 'package.json', packageManager } = first.project;
  const isOwn = intentOf(first.project).specsFor(packageJson).observe !== undefined;
  return isOwn ? `${packageManager.name} run observe:check` : CHECK;
}

const CHECK = 'npx create-something-observe check';

export function showNextSteps(steps: readonly Step[], terminal: Terminal): void {
  terminal.say(terminal.paint('bold', 'Next'));
  steps.forEach(({ words }, index) => {
    const lines = `  ${index + 1}. ${words.split('\n').join('\n     ')}`.split('\n');
    terminal.say(lines.flatMap((line) => fitted(line, terminal.columns)).join('\n'));
  });
}

/** A command stays on its line. If its description does not fit, it goes below. */
function fitted(line: string, columns: number | undefined): string[] {
  const [, command, note] = /^(\s*\S.*?) {3}(\(.+\))$/.exec(line) ?? [];
  const parts =
    command !== undefined && note !== undefined && columns !== undefined && line.length > columns
      ? [command, `     ${note}`]
      : [line];
  return parts.map((part) => wrapped(part, columns, 5));
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
  // Pages creates the project with the first deployment, and does not accept a file of secrets.
  const [deploy, brings] = isPages(example)
    ? [`${wrangler} pages deploy`, 'creates the project; then run these lines']
    : [`${wrangler} deploy --secrets-file <file>`, 'sends them too'];
  // A secrets.required list hides other variables from local runs, and an address may be missing in it.
  const hasList = workers.some(({ project }) => project.config && requiresSecrets(project.config));
  const baseUrl = hasList ? 'add LANGFUSE_BASE_URL to vars in the config' : 'LANGFUSE_BASE_URL too';
  const files = workers.flatMap(keyFiles).join(', ');
  return [
    ...(isLocal
      ? [`To use Langfuse instead, replace the local keys and address in ${files}.`]
      : [`Put your Langfuse keys into ${files} for local runs (empty means off).`]),
    [
      server === undefined
        ? 'Set your Langfuse keys for the deployed Worker:'
        : 'Create a key pair with `lm keys add <name>`, and set it for the deployed Worker:',
      ...commands,
      `(Never deployed yet? \`${deploy}\` ${brings}. Outside the US region, ${baseUrl}.)`,
    ].join('\n'),
  ];
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

/** Run it in the Worker's folder, because only there the Worker's own Wrangler is used. */
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
