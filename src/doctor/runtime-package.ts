import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import { VENDOR_FOLDER } from '../scaffold/vendored-runtime.js';
import { type Diagnosis, notice, ok, type Situation, skipped, wants, wrong } from './situation.js';
import { isOlder } from './versions.js';

/** Whether the package that traced code imports is there, and is the one it is written for. */
export function checkRuntime(situation: Situation): Diagnosis[] {
  if (!wants(situation, 'langfuse')) return [];
  return [...checkVendored(situation), ...checkInstalled(situation)];
}

function checkInstalled({ runtime, plan }: Situation): Diagnosis[] {
  const { installed, expected, installCommand, isPlugAndPlay } = runtime;
  const lacks = plan.changes.find(({ purpose }) => purpose === 'dependency');
  if (lacks) {
    return [
      wrong('runtime', `${lacks.path} lacks what the set-up needs.`, 'npx create-something-observe init'),
    ];
  }
  if (isPlugAndPlay)
    return [skipped('runtime', `Yarn keeps ${OBSERVABILITY_PACKAGE} in an archive; it was not looked into.`)];
  if (installed === undefined) {
    return [
      wrong(
        'runtime',
        `${OBSERVABILITY_PACKAGE} is not installed, so the Worker does not build.`,
        installCommand,
      ),
    ];
  }
  const { version } = installed;
  if (isOlder(version, expected)) {
    return [
      notice(
        'runtime',
        `${OBSERVABILITY_PACKAGE} ${version} is installed; this program writes code for ${expected}.`,
        `npx create-something-observe init, then ${installCommand}`,
      ),
    ];
  }
  if (isOlder(expected, version)) {
    return [
      ok(
        'runtime',
        `${OBSERVABILITY_PACKAGE} ${version} is installed, newer than this program (${expected}).`,
      ),
    ];
  }
  return [ok('runtime', `${OBSERVABILITY_PACKAGE} ${version} is installed.`)];
}

function checkVendored({ plan, record }: Situation): Diagnosis[] {
  if (record?.runtime !== 'vendor') return [];
  const isOurs = (path: string) => path.includes(`${VENDOR_FOLDER}/`);
  if (plan.changes.some(({ purpose }) => purpose === 'vendor')) {
    return [
      wrong(
        'runtime',
        `The copy in ${VENDOR_FOLDER} is not of this version, or not whole.`,
        'npx create-something-observe init',
      ),
    ];
  }
  const edited = plan.findings.find(({ rule, file }) => rule === 'scaffold/file-edited' && isOurs(file));
  return edited ? [notice('runtime', edited.message, edited.fix)] : [];
}
