import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isAddress } from './address.js';

export interface Keys {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Where the keys were found, for messages. */
  readonly from: string;
}

const ENVIRONMENT = 'the environment';
/** Langfuse Cloud, US region. The runtime has the same default. */
const DEFAULT_BASE_URL = 'https://us.cloud.langfuse.com';

/**
 * The keys from the environment, or from the project's files for local secrets of Workers.
 * @param folders absolute, nearest first: one Loom may serve the Workers of several
 */
export function readKeys(folders: string | readonly string[], env: NodeJS.ProcessEnv): Keys | undefined {
  return findKeys(folders, env)[0];
}

/**
 * The keys for forwarding. After `init --local`, the project's files have the keys of the local receiver, so
 * keys for this machine are skipped.
 */
export function readForwardKeys(
  folders: string | readonly string[],
  env: NodeJS.ProcessEnv,
): Keys | undefined {
  return findKeys(folders, env).find((keys) => keys.from === ENVIRONMENT || !isThisMachine(keys.baseUrl));
}

function isThisMachine(baseUrl: string): boolean {
  return /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)(:\d+)?(\/|$)/i.test(baseUrl);
}

/** Destination of the keys; null without keys, or if the address is invalid. */
export function addressOf(keys: Keys | undefined): string | null {
  return keys && isAddress(keys.baseUrl) ? keys.baseUrl : null;
}

/** Message for an invalid address. It does not quote the value, which may be a misplaced key. */
export function invalidAddress(keys: Keys): { readonly says: string; readonly fix: string } {
  return {
    says: `LANGFUSE_BASE_URL from ${keys.from} is no web address`,
    fix: 'Write it like https://cloud.langfuse.com, without a user or password.',
  };
}

function findKeys(folders: string | readonly string[], env: NodeJS.ProcessEnv): Keys[] {
  const places: [string, NodeJS.ProcessEnv][] = [[ENVIRONMENT, env]];
  for (const folder of [folders].flat()) {
    for (const name of ['.dev.vars', '.env']) {
      const path = join(folder, name);
      if (existsSync(path)) {
        places.push([name, parseEnv(readFileSync(path, 'utf8')) as NodeJS.ProcessEnv]);
      }
    }
  }
  return places.flatMap(([from, vars]) => {
    const publicKey = vars.LANGFUSE_PUBLIC_KEY;
    const secretKey = vars.LANGFUSE_SECRET_KEY;
    if (!publicKey || !secretKey) {
      return [];
    }
    const baseUrl = vars.LANGFUSE_BASE_URL || vars.LANGFUSE_HOST || DEFAULT_BASE_URL;
    return [{ publicKey, secretKey, baseUrl: baseUrl.replace(/\/+$/, ''), from }];
  });
}
