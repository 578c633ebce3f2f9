import type { ConfigPath } from './changes.js';
import type { ConfigTable } from './format.js';
import { isTable } from './worker-settings.js';

/** A place with its own `observability`. */
export interface ObservabilityScope {
  readonly path: ConfigPath;
  /** The place as a part of a sentence, such as `in environment production`. */
  readonly where: string;
  /** undefined only at the top level. The others are listed because they have a block. */
  readonly block: unknown;
}

/**
 * The top level, and every environment and preview block with an `observability` of its own. In Wrangler such
 * a block silently replaces the whole inherited one, so each block needs its own traces.
 */
export function observabilityScopes(config: ConfigTable): ObservabilityScope[] {
  const scopes: ObservabilityScope[] = [
    { path: ['observability'], where: 'at the top level', block: config.observability },
  ];
  const own = (holder: unknown, path: ConfigPath, where: string): void => {
    if (!isTable(holder)) return;
    const block = holder.observability;
    if (block !== undefined) scopes.push({ path: [...path, 'observability'], where, block });
  };
  own(config.previews, ['previews'], 'in previews');
  for (const name of environmentNames(config)) {
    const environment = (config.env as ConfigTable)[name];
    own(environment, ['env', name], `in environment ${name}`);
    if (isTable(environment)) {
      own(environment.previews, ['env', name, 'previews'], `in previews of environment ${name}`);
    }
  }
  return scopes;
}

export function environmentNames(config: ConfigTable): string[] {
  return isTable(config.env) ? Object.keys(config.env) : [];
}
