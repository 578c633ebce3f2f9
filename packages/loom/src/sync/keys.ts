import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

export interface Keys {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Where they were found, to be told to the person. */
  readonly from: string;
}

/** Langfuse Cloud, US region: the default of the runtime too. */
const DEFAULT_BASE_URL = 'https://us.cloud.langfuse.com';

/** The keys from the environment, else from the project's files where Workers keep their local secrets. */
export function readKeys(projectDir: string, env: NodeJS.ProcessEnv): Keys | undefined {
  const places: [string, NodeJS.ProcessEnv][] = [['the environment', env]];
  for (const name of ['.dev.vars', '.env']) {
    const path = join(projectDir, name);
    if (existsSync(path)) {
      places.push([name, parseEnv(readFileSync(path, 'utf8')) as NodeJS.ProcessEnv]);
    }
  }
  for (const [from, vars] of places) {
    const publicKey = vars.LANGFUSE_PUBLIC_KEY;
    const secretKey = vars.LANGFUSE_SECRET_KEY;
    if (publicKey && secretKey) {
      const baseUrl = vars.LANGFUSE_BASE_URL || vars.LANGFUSE_HOST || DEFAULT_BASE_URL;
      return { publicKey, secretKey, baseUrl: baseUrl.replace(/\/+$/, ''), from };
    }
  }
  return undefined;
}
