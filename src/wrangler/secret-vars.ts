import type { Finding } from '../core/findings.js';
import type { ConfigPath } from './changes.js';
import type { WranglerDocument } from './document.js';
import { isTable } from './worker-settings.js';

/** Keys of the tracing runtime that belong in `wrangler secret`, not in a file. */
export const LANGFUSE_SECRETS = ['LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY'] as const;

/**
 * Prefixes of secret keys from well-known services. A value with such a prefix is a key, whatever its name.
 */
const SECRET_VALUE =
  /^(?:sk-lf-|sk-ant-|sk-proj-|sk_live_|rk_live_|ghp_|gho_|github_pat_|glpat-|xox[bp]-|AKIA[0-9A-Z]{16}|AIza)/;

/** Placeholders for keys in documentation. */
const PLACEHOLDER = /\.\.\.|\*\*\*|xxx|your|[<>{}]/i;

/** Keys in `vars` as plain text, at the top level and in each environment. */
export function secretsInVars(config: WranglerDocument): Finding[] {
  const places: [ConfigPath, unknown][] = [[['vars'], config.value.vars]];
  const previews = (holder: unknown, path: ConfigPath): void => {
    if (isTable(holder) && isTable(holder.previews)) {
      places.push([[...path, 'previews', 'vars'], holder.previews.vars]);
    }
  };
  previews(config.value, []);
  const environments = isTable(config.value.env) ? config.value.env : {};
  for (const name of Object.keys(config.envs)) {
    places.push([['env', name, 'vars'], config.envs[name]?.vars]);
    previews(environments[name], ['env', name]);
  }
  return places.flatMap(([path, vars]) => (isTable(vars) ? findingsIn(config, path, vars) : []));
}

function findingsIn(config: WranglerDocument, path: ConfigPath, vars: Record<string, unknown>): Finding[] {
  const env = path[0] === 'env' ? ` --env ${path[1]}` : '';
  return Object.entries(vars).flatMap(([name, value]) => {
    const level = exposure(name, value);
    if (level === undefined) return [];
    const [where, key] = [path.join('.'), level === 'error' ? 'secret key' : 'key'];
    return [
      {
        rule: 'wrangler/secret-in-vars',
        level,
        file: config.path,
        line: config.lineOf([...path, name]),
        message: `${where}.${name} contains a ${key}: anyone who can read this file or its history has it.`,
        fix: `Remove it, create a new key at its service, and run: wrangler secret put ${name}${env}`,
      },
    ];
  });
}

/** Langfuse's public key identifies a project and can't read anything alone, so its level is lower. */
function exposure(name: string, value: unknown): 'error' | 'warning' | undefined {
  if (name === 'LANGFUSE_SECRET_KEY' || holdsSecret(value)) return 'error';
  return name === 'LANGFUSE_PUBLIC_KEY' ? 'warning' : undefined;
}

function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return SECRET_VALUE.test(value) && !PLACEHOLDER.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret);
}
