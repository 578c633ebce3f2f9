import { EXIT, LoomError } from '../errors.js';
import { LOOM_VERSION } from '../receiver/version.js';
import { isAddress } from './address.js';
import { LangfuseClient } from './client.js';
import { invalidAddress, type Keys } from './keys.js';

/**
 * Checks that the server is Langfuse before any record is marked as being sent. If the server can't be
 * queried now, sending starts anyway, and each response is checked.
 */
export async function requireLangfuse(keys: Keys): Promise<void> {
  if (!isAddress(keys.baseUrl)) {
    const { says, fix } = invalidAddress(keys);
    throw new LoomError(`${says}.`, fix, EXIT.noKeys);
  }
  const identity = await new LangfuseClient(keys).identify();
  if (identity.kind === 'langfuse' && identity.version === LOOM_VERSION) {
    // Otherwise, data sent to our own receiver would be marked as sent and never reach Langfuse.
    throw new LoomError(
      `The keys from ${keys.from} point to a local receiver at ${keys.baseUrl}, so there is nothing to sync.`,
      'Set LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL to those of a Langfuse project, in the environment or in .dev.vars.',
      EXIT.noKeys,
    );
  }
  if (identity.kind === 'foreign') {
    throw new LoomError(
      `${keys.baseUrl} does not answer like Langfuse: ${identity.reason}. Nothing was sent.`,
      `Check LANGFUSE_BASE_URL from ${keys.from}, and whether a proxy or a login is in front of the server.`,
      EXIT.remote,
    );
  }
  if (identity.kind === 'denied') {
    throw new LoomError(
      `Langfuse at ${keys.baseUrl} does not accept the keys from ${keys.from} (${identity.reason}). Nothing was sent.`,
      'Set the keys of one project of that server.',
      EXIT.remote,
    );
  }
}
