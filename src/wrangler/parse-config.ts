import { ConfigSyntaxError, isTooDeep } from '../core/errors.js';
import type { ConfigDocument, ConfigSource } from './document.js';
import { jsoncDocument } from './jsonc.js';
import { tomlDocument } from './toml.js';

/** @throws ConfigSyntaxError with file and line when the text can't be read. */
export function parseConfig(source: ConfigSource): ConfigDocument {
  try {
    return source.format === 'toml' ? tomlDocument(source) : jsoncDocument(source);
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    const fix = 'Name the Wrangler config itself, or write it flatter.';
    throw new ConfigSyntaxError(`${source.path} is nested too deeply to be read.`, fix, {
      file: source.path,
      line: 1,
    });
  }
}
