import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isAddress } from './address.js';

export interface Keys {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Where they were found, for messages. */
  readonly from: string;
}

const ENVIRONMENT = 'the environment';
/** Langfuse Cloud, US region: the default of the runtime too. */
const DEFAULT_BASE_URL = 'https://us.cloud.langfuse.com';

/**
 * The keys from the environment, else from the project's files where Workers keep their local secrets.
 * @param folders absolute, the nearest first: one Loom may serve the Workers of several
 */
export function readKeys(folders: string | readonly string[], env: NodeJS.ProcessEnv): Keys | undefined {
  return findKeys(folders, env)[0];
}

/**
 * The keys to forward with: after `init --local` the project's files hold those of the local receiver, so what is
 * found there and means this machine is passed over.
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

/** Where keys send to; null without them, or where that is no address. */
export function addressOf(keys: Keys | undefined): string | null {
  return keys && isAddress(keys.baseUrl) ? keys.baseUrl : null;
}

/** Message for a person who passed another one. It is not quoted: it may be a key in the wrong place. */
export function noAddress(keys: Keys): { readonly says: string; readonly fix: string } {
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
