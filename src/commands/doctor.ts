import { EXIT } from '../core/error-codes.js';
import { UsageError } from '../core/errors.js';
import { diagnose, nextStep } from '../doctor/diagnose.js';
import type { Diagnosis } from '../doctor/diagnosis.js';
import type { Situation } from '../doctor/situation.js';
import { type Assets, readAssets } from '../project/assets.js';
import type { Disk } from '../project/disk.js';
import { installedPackage, isPlugAndPlay } from '../project/installed-package.js';
import { readLocalVariables } from '../project/local-variables.js';
import { addDevWith } from '../project/package-manager.js';
import { readWorkerEntry } from '../project/worker-entry.js';
import { LOCAL_RECEIVER } from '../scaffold/langfuse-keys.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import type { WranglerDocument } from '../wrangler/document.js';
import { installCommand } from './install.js';
import { intentsOf } from './intent.js';
import type { Member } from './member.js';
import type { Options } from './options.js';
import { isAnswering, probeHost } from './probe-host.js';
import { showDiagnoses } from './show-diagnoses.js';
import type { Terminal } from './terminal.js';
import { aboutMemberLater, openWorkers, planWorkers, type Workers } from './workers.js';

/** Version of the JSON that `doctor --json` prints. */
const SCHEMA_VERSION = 1;

/** `doctor`: explains why there are no traces, and shows the next step. It writes nothing. */
export async function doctor(options: Options, terminal: Terminal, disk: Disk): Promise<number> {
  const assets = readAssets();
  const workers = await openWorkers(options, terminal, { preferSetUp: true, disk });
  const found: { member: Member; situation: Situation; diagnoses: Diagnosis[] }[] = [];
  for (const member of workers.members) {
    const situation = await aboutMemberLater(member, () => situationOf(member, workers, assets, options));
    found.push({ member, situation, diagnoses: diagnose(situation) });
  }
  const isWrong = (diagnoses: readonly Diagnosis[]) => diagnoses.some(({ state }) => state === 'wrong');
  // A Worker with a problem has the next step. Without problems, all have the same step.
  const told = found.find(({ diagnoses }) => isWrong(diagnoses)) ?? found[0];
  const step = told === undefined ? '' : nextStep(told.situation, told.diagnoses);
  const next = found.length > 1 && told ? `in ${told.member.dir}: ${step}` : step;

  if (options.json) {
    const list = found.map(({ member: { dir, project }, diagnoses }) => ({
      dir,
      name: project.name,
      diagnoses,
    }));
    terminal.print(JSON.stringify({ schemaVersion: SCHEMA_VERSION, workers: list, next }, null, 2));
  } else {
    for (const { member, diagnoses } of found) showDiagnoses(member.project.name, diagnoses, terminal);
    terminal.say(`${terminal.paint('bold', 'Next:')} ${next}`);
  }
  return found.some(({ diagnoses }) => isWrong(diagnoses)) ? EXIT.findings : EXIT.ok;
}

async function situationOf(
  member: Member,
  workers: Workers,
  assets: Assets,
  options: Options,
): Promise<Situation> {
  const { project } = member;
  const { dir, config, disk } = project;
  const { env } = options;
  requireEnvironment(config, env);
  const intentOf = intentsOf(options, assets.version);
  const variables = readLocalVariables(dir, { config, env, processEnv: process.env, disk });
  return {
    record: project.record,
    plan: await planWorkers({ ...workers, members: [{ project, dir: '.' }] }, assets, intentOf),
    config,
    env,
    notes: project.notes,
    variables,
    entry: config?.main === undefined ? undefined : readWorkerEntry(dir, config.main, disk),
    node: process.versions.node,
    wrangler: installedPackage(dir, 'wrangler', disk),
    runtime: {
      installed: installedPackage(dir, OBSERVABILITY_PACKAGE, disk),
      expected: assets.version,
      isPlugAndPlay: isPlugAndPlay(dir, disk),
      installCommand: installCommand(project.packageManager),
      addCommand: addDevWith(project.packageManager),
    },
    ...(options.offline ? { host: undefined, receiver: undefined } : await asked(variables)),
  };
}

async function asked(variables: Situation['variables']): Promise<Pick<Situation, 'host' | 'receiver'>> {
  const [host, receiver] = await Promise.all([probeHost(variables), isAnswering(LOCAL_RECEIVER)]);
  return { host, receiver };
}

function requireEnvironment(config: WranglerDocument | null, env: string | undefined): void {
  if (env === undefined || (config !== null && Object.hasOwn(config.envs, env))) return;
  const names = Object.keys(config?.envs ?? {});
  const known = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`;
  throw new UsageError(
    `${config?.path ?? 'This project'} has no environment "${env}".`,
    `${known} Omit --env for the top level.`,
  );
}
