import { findingsOf } from '../checks/define-rule.js';
import dependencyMissing from '../checks/rules/package/dependency-missing.js';
import vendoredCopyStale from '../checks/rules/runtime/vendored-copy-stale.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import { VENDOR_FOLDER } from '../scaffold/vendored-runtime.js';
import { type Diagnosis, notice, ok, skipped, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';
import { isOlder } from './versions.js';

/** Checks that the runtime package is installed and has the right version. */
export function checkRuntime(situation: Situation): Diagnosis[] {
  if (!wants(situation, 'langfuse')) return [];
  return [...checkVendored(situation), ...checkInstalled(situation)];
}

function checkInstalled({ runtime, plan }: Situation): Diagnosis[] {
  const { installed, expected, installCommand, isPlugAndPlay } = runtime;
  const [lacks] = findingsOf(dependencyMissing, dependencyMissing.find(plan));
  if (lacks) return [wrong('runtime', lacks)];
  if (isPlugAndPlay)
    return [
      skipped('runtime', {
        message: `Yarn keeps ${OBSERVABILITY_PACKAGE} in an archive, which doctor does not read.`,
      }),
    ];
  if (installed === undefined) {
    return [
      wrong('runtime', {
        message: `${OBSERVABILITY_PACKAGE} is not installed, so the Worker does not build.`,
        fix: installCommand,
      }),
    ];
  }
  const { version } = installed;
  if (isOlder(version, expected)) {
    return [
      notice('runtime', {
        message: `${OBSERVABILITY_PACKAGE} ${version} is installed; this program generates code for ${expected}.`,
        fix: `npx create-something-observe init, then ${installCommand}`,
      }),
    ];
  }
  if (isOlder(expected, version)) {
    return [
      ok('runtime', {
        message: `${OBSERVABILITY_PACKAGE} ${version} is installed, newer than this program (${expected}).`,
      }),
    ];
  }
  return [ok('runtime', { message: `${OBSERVABILITY_PACKAGE} ${version} is installed.` })];
}

function checkVendored({ plan, record }: Situation): Diagnosis[] {
  if (record?.runtime !== 'vendor') return [];
  const isOurs = (path: string) => path.includes(`${VENDOR_FOLDER}/`);
  const [stale] = findingsOf(vendoredCopyStale, vendoredCopyStale.find(plan));
  if (stale) {
    const message = `The copy in ${VENDOR_FOLDER} is incomplete or of another version.`;
    return [wrong('runtime', { ...stale, message })];
  }
  const edited = plan.findings.find(({ rule, file }) => rule === 'scaffold/file-edited' && isOurs(file));
  return edited ? [notice('runtime', edited)] : [];
}
