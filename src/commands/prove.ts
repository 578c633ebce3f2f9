import { join } from 'node:path';
import { ExpectedError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import { compareReadings } from '../project/config-compare.js';
import { type ConfigReading, readThroughWrangler } from '../project/config-proof.js';
import type { Terminal } from './terminal.js';
import type { Workers } from './workers.js';

/** Wrangler read the changed config in an unexpected way. Everything was restored. */
class ProofFailedError extends ExpectedError {
  readonly code = 'proof-failed';
}

/** How each changed config was read before. */
export interface Proof {
  readonly configs: readonly {
    /** Absolute. */
    readonly path: string;
    /** The path in findings. */
    readonly file: string;
    readonly environments: readonly string[];
    readonly before: ConfigReading;
  }[];
}

/**
 * Has the project's own Wrangler read each config that is about to change. Does nothing if the project has no
 * Wrangler installed or no config changes.
 */
export async function readBefore({ members, base }: Workers, plan: Plan): Promise<Proof> {
  const changed = new Set(plan.changes.map((change) => change.path));
  const configs: Proof['configs'][number][] = [];
  for (const { project, dir } of members) {
    if (!project.config || project.configIsExample) continue;
    const file = dir === '.' ? project.config.path : `${dir}/${project.config.path}`;
    if (!changed.has(file)) continue;
    const path = join(base, file);
    const environments = Object.keys(project.config.envs);
    const before = await read(path, environments);
    if (before) configs.push({ path, file, environments, before });
  }
  return { configs };
}

/**
 * Reads the same configs again and reports differences.
 * @throws ProofFailedError if the change broke one
 */
export async function readAfter({ configs }: Proof, terminal: Terminal): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { path, file, environments, before } of configs) {
    const after = await read(path, environments);
    if (!after) continue;
    const found = compareReadings(before, after, file);
    const fault = found.find((finding) => finding.level === 'error');
    if (fault) throw new ProofFailedError(`${fault.message} Everything was restored.`, fault.fix, { file });
    findings.push(...found);
    const on = after.scopes.filter((scope) => scope.traces).length;
    const scopes = after.scopes.length === 1 ? '' : ` in ${on} of ${after.scopes.length} environments`;
    // An old Wrangler reads the key but drops it from a deploy, so its reading proves nothing.
    const isTooOld = found.some((finding) => finding.rule === 'wrangler/wrangler-too-old');
    if (on > 0 && !isTooOld) {
      terminal.say(
        `${terminal.paint('green', '✔')} Wrangler ${after.version} reads traces on${scopes}: ${file}`,
      );
    }
  }
  return findings;
}

function read(path: string, environments: readonly string[]): Promise<ConfigReading | undefined> {
  return readThroughWrangler(path, environments, { node: process.execPath, env: process.env });
}
