import type { ConfigFormat } from './format.js';
import { jsonFormat } from './jsonc.js';
import { tomlFormat } from './toml.js';

/** All formats, in Wrangler's search order. */
export const FORMATS: readonly ConfigFormat[] = [jsonFormat('json'), jsonFormat('jsonc'), tomlFormat];

export const CONFIG_NAMES: readonly string[] = FORMATS.map(({ id }) => `wrangler.${id}`);

/** All names for a sentence: `wrangler.jsonc, wrangler.json or wrangler.toml`. */
export function anyFormat(named: (id: string) => string): string {
  // The longest first, because one can be a prefix of another.
  const names = FORMATS.map(({ id }) => id).sort((a, b) => b.length - a.length);
  const [last, ...others] = names.map(named).reverse();
  return `${others.reverse().join(', ')} or ${last}`;
}

export function formatNamed(id: string): ConfigFormat {
  const format = FORMATS.find((one) => one.id === id);
  if (format === undefined) throw new RangeError(`no config format "${id}"`);
  return format;
}
