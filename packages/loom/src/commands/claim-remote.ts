import { nodeOf } from '../changes/clock.js';
import { EXIT, LoomError } from '../errors.js';
import { claimNow, releaseNow } from '../remote/claims.js';
import { D1, type D1Address, readAddress } from '../remote/d1.js';
import type { Database } from '../store/database.js';
import { readMeta } from '../store/meta.js';

/**
 * In a shared Loom, a local claim is valid for the team only after D1 accepts it. Returns the message. Throws
 * if another person has the issue, and then shows that here too.
 */
export async function claimInTeam(db: Database, id: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const address = teamAddress(db, env);
  if (!address) {
    return nodeOf(db)
      ? [`claimed only on this machine; the next \`lm remote push\` decides who gets ${id}`]
      : [];
  }
  const lost = await claimNow(db, new D1(address), id);
  if (lost === 'not asked') {
    return ['claimed only on this machine, because D1 did not respond; the next `lm remote push` decides'];
  }
  if (lost) {
    throw new LoomError(
      lost.says,
      `Choose another one from \`lm ready\`, or ask ${lost.name} to release it.`,
      EXIT.conflict,
    );
  }
  return [];
}

/**
 * Makes an issue that was released or closed here available to the team. Returns a message if D1 has not
 * confirmed yet.
 */
export async function releaseInTeam(db: Database, id: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const address = teamAddress(db, env);
  return !address || (await releaseNow(db, new D1(address), id))
    ? []
    : [`D1 did not respond; for others, ${id} stays claimed until the next \`lm remote push\``];
}

/** The team's database, if this Loom was shared through it and its address is configured here. */
function teamAddress(db: Database, env: NodeJS.ProcessEnv): D1Address | undefined {
  const databaseId = readMeta(db, 'remote_database');
  if (!nodeOf(db) || !databaseId || !env.CLOUDFLARE_API_TOKEN || !env.CLOUDFLARE_ACCOUNT_ID) {
    return undefined;
  }
  return readAddress({ database: databaseId }, env);
}
