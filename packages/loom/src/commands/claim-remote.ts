import { nodeOf } from '../changes/clock.js';
import { EXIT, LoomError } from '../errors.js';
import { claimNow, releaseNow } from '../remote/claims.js';
import { D1, type D1Address, readAddress } from '../remote/d1.js';
import type { Database } from '../store/database.js';
import { readMeta } from '../store/meta.js';

/**
 * Where a Loom is shared, an issue that was claimed here is a team's only when D1 gives it. The message;
 * throws if another person has the issue, which then also shows here.
 */
export async function askForClaim(db: Database, id: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const address = sharedWith(db, env);
  if (!address) {
    return nodeOf(db)
      ? [`claimed on this machine only; D1 decides at the next \`lm remote push\` who has ${id}`]
      : [];
  }
  const lost = await claimNow(db, new D1(address), id);
  if (lost === 'not asked') {
    return [
      'claimed on this machine only, because D1 did not answer; it decides at the next `lm remote push`',
    ];
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
 * Makes an issue that was released or closed here available to the team. Message while D1 has not confirmed
 * yet.
 */
export async function tellOfRelease(db: Database, id: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const address = sharedWith(db, env);
  return !address || (await releaseNow(db, new D1(address), id))
    ? []
    : [`D1 did not answer; for others ${id} is taken until the next \`lm remote push\``];
}

/** The team's database, where this Loom was shared through it before and it can be reached by what is set here. */
function sharedWith(db: Database, env: NodeJS.ProcessEnv): D1Address | undefined {
  const databaseId = readMeta(db, 'remote_database');
  if (!nodeOf(db) || !databaseId || !env.CLOUDFLARE_API_TOKEN || !env.CLOUDFLARE_ACCOUNT_ID) {
    return undefined;
  }
  return readAddress({ database: databaseId }, env);
}
