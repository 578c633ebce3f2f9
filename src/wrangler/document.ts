import { ConfigSyntaxError, isTooDeep } from '../core/errors.js';
import type { ConfigSource, ParsedConfig } from './format.js';
import { formatNamed } from './formats.js';
import { isTable, text, type WorkerSettings, workerSettings } from './worker-settings.js';

/** A Wrangler config, read and parsed once: its text, its settings, and edits for changes. */
export interface WranglerDocument extends ConfigSource, ParsedConfig, WorkerSettings {
  /** By name, in the order written. */
  readonly envs: Readonly<Record<string, WorkerSettings>>;
  /** Set for Pages projects only. */
  readonly pagesBuildOutputDir: string | undefined;
}

/** @throws ConfigSyntaxError with file and line, but without values of the config. */
export function parseConfig({ path, format, text: source }: ConfigSource): WranglerDocument {
  const parsed = parsedText({ path, format, text: source });
  const { value } = parsed;
  const environments = isTable(value.env) ? Object.entries(value.env) : [];
  return {
    ...workerSettings(value),
    ...parsed,
    path,
    format,
    text: source,
    envs: Object.fromEntries(
      environments.flatMap(([name, env]) => (isTable(env) ? [[name, workerSettings(env)]] : [])),
    ),
    pagesBuildOutputDir: text(value.pages_build_output_dir),
  };
}

function parsedText(source: ConfigSource): ParsedConfig {
  try {
    return formatNamed(source.format).parse(source);
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    const fix = 'Name the Wrangler config itself, or nest it less.';
    throw new ConfigSyntaxError(`${source.path} is nested too deeply to be read.`, fix, {
      file: source.path,
      line: 1,
    });
  }
}
