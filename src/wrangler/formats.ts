import type { ConfigFormat } from './format.js';
import { jsonFormat } from './jsonc.js';
import { tomlFormat } from './toml.js';

/** Every format, in the order in which Wrangler looks for its file. */
export const FORMATS: readonly ConfigFormat[] = [jsonFormat('json'), jsonFormat('jsonc'), tomlFormat];

export const CONFIG_NAMES: readonly string[] = FORMATS.map(({ id }) => `wrangler.${id}`);

export function formatNamed(id: string): ConfigFormat {
  const format = FORMATS.find((one) => one.id === id);
  if (format === undefined) throw new RangeError(`no config format "${id}"`);
  return format;
}
