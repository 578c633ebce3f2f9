import { KNOWS_TRACES, LAST_FOR_NODE_20, newestFor, tooOld } from '../wrangler/too-old.js';
import { type Diagnosis, notice, ok, skipped, wrong } from './diagnosis.js';
import { type Situation, wants } from './situation.js';
import { isOlder } from './versions.js';

/** The first version whose `wrangler dev` stores the platform's spans and answers queries about them. */
const KEEPS_SPANS = '4.118.0';
/** The minimum Node version of Wrangler 4.87 and newer, which includes all versions that store spans. */
const NODE_FOR_SPANS = '22';
/**
 * From this version on, Wrangler drops a flag that the date already includes. Before, workerd does not start
 * (#15148).
 */
const DROPS_FLAG = '4.122.0';
/** From this date on, workerd includes nodejs_compat and rejects the flag. */
const NODEJS_COMPAT_DEFAULT = '2026-08-04';

/** Checks that the project's Wrangler is installed, new enough, and runs on this Node. */
export function checkWrangler(situation: Situation): Diagnosis[] {
  const { config, wrangler, runtime, node, env } = situation;
  if (config === null) return [];
  if (wrangler === undefined) {
    if (runtime.installed === undefined)
      return [skipped('wrangler', { message: 'Wrangler is not installed here, so its version is unknown.' })];
    return [
      notice('wrangler', {
        message: 'Wrangler is not installed here, so the version that deploys this Worker is unknown.',
        fix: `Install it (${KNOWS_TRACES} or newer), so that everyone deploys with the same version.`,
      }),
    ];
  }
  const { version, minimumNode } = wrangler;
  if (isOlder(version, KNOWS_TRACES)) {
    return [
      wrong('wrangler', {
        ...tooOld(version),
        fix: `Update it: ${runtime.addCommand} wrangler@${newestFor(node)}`,
      }),
    ];
  }
  const found: Diagnosis[] = [];
  if (minimumNode !== undefined && isOlder(node, minimumNode)) {
    found.push(
      wrong('node', {
        message: `Wrangler ${version} needs Node ${minimumNode} or newer; this is ${node}.`,
        fix: `Install Node ${minimumNode}, or Wrangler ${LAST_FOR_NODE_20}, the last one for Node 20.`,
      }),
    );
  }
  const flags =
    (env === undefined ? undefined : config.envs[env]?.compatibilityFlags) ?? config.compatibilityFlags ?? [];
  const date =
    (env === undefined ? undefined : config.envs[env]?.compatibilityDate) ?? config.compatibilityDate ?? '';
  if (flags.includes('nodejs_compat') && date >= NODEJS_COMPAT_DEFAULT && isOlder(version, DROPS_FLAG)) {
    found.push(
      wrong('compatibility', {
        message: `compatibility_date ${date} already enables nodejs_compat. With the flag too, the Worker does not start in Wrangler ${version}.`,
        fix: 'Remove nodejs_compat from compatibility_flags.',
      }),
    );
  }
  if (wants(situation, 'cloudflare') && isOlder(version, KEEPS_SPANS))
    found.push(keepsNoSpans(version, node, runtime.addCommand));
  return found.length > 0 ? found : [ok('wrangler', { message: `Wrangler ${version} is installed.` })];
}

/** Only a hint, because nothing breaks and the deployed Worker is still traced. */
function keepsNoSpans(version: string, node: string, add: string): Diagnosis {
  const update = `${add} wrangler@latest (${KEEPS_SPANS} or newer)`;
  return notice('wrangler', {
    message: `\`wrangler dev\` of Wrangler ${version} does not store the platform’s spans (D1, KV, R2, fetch), so lm dashboard shows only what goes to Langfuse.`,
    fix: isOlder(node, NODE_FOR_SPANS)
      ? `Install Node ${NODE_FOR_SPANS} or newer (this is ${node}), then: ${update}`
      : `Update it: ${update}.`,
  });
}
