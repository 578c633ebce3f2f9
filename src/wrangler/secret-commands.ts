import type { WranglerDocument } from './document.js';
import { LANGFUSE_SECRETS } from './secret-vars.js';

/** One line to run, for one key in one environment. */
export interface SecretCommand {
  /** undefined for the top level. */
  readonly env: string | undefined;
  readonly name: string;
  readonly command: string;
}

export interface SecretCommandOptions {
  readonly names?: readonly string[];
  /** How the project runs Wrangler, such as `pnpm wrangler`. Default `npx wrangler`. */
  readonly wrangler?: string;
  /** Path for `--config`, if Wrangler would not find this config. */
  readonly config?: string;
}

/**
 * The exact `wrangler secret put` lines, environment by environment. Secrets are not inherited, so each
 * environment needs its own. If the Worker was never deployed, these commands create an empty one. Then
 * `wrangler deploy --secrets-file <file>` is better, because it does both.
 */
export function secretCommands(
  config: WranglerDocument,
  options: SecretCommandOptions = {},
): SecretCommand[] {
  const { names = LANGFUSE_SECRETS, wrangler = 'npx wrangler' } = options;
  if (config.pagesBuildOutputDir !== undefined) {
    return names.map((name) => ({ env: undefined, name, command: `${wrangler} pages secret put ${name}` }));
  }
  const envs = Object.keys(config.envs);
  const from = options.config === undefined ? '' : ` --config ${quoted(options.config)}`;
  return [undefined, ...envs].flatMap((env) => {
    // If the config has environments, Wrangler needs an empty name for the top level.
    const target = envs.length === 0 ? '' : ` --env=${env === undefined ? '""' : quoted(env)}`;
    return names.map((name) => ({ env, name, command: `${wrangler} secret put ${name}${from}${target}` }));
  });
}

function quoted(word: string): string {
  return /^[\w./@-]+$/.test(word) ? word : `"${word.replace(/(["\\$`])/g, '\\$1')}"`;
}
