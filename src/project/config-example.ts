import { basename, dirname, join } from 'node:path';
import { type Finding, finding } from '../core/findings.js';
import type { ConfigSource } from '../wrangler/format.js';
import { CONFIG_NAMES } from '../wrangler/formats.js';
import { readConfigFile } from './config-file.js';
import type { Disk } from './disk.js';
import { isIgnoredByGit } from './git.js';

const WORDS = ['example', 'sample', 'template'] as const;

/** The committed template of `config`, when git ignores the config itself. */
export function exampleOf(config: string, disk: Disk): ConfigSource | undefined {
  const path = templates(dirname(config), basename(config)).find((candidate) => disk.isFile(candidate));
  return path !== undefined && isIgnoredByGit(dirname(config), basename(config), disk)
    ? readConfigFile(path, disk)
    : undefined;
}

/** A template without a config. */
export function exampleWithoutConfig(
  dir: string,
  disk: Disk,
): { file: ConfigSource; note: Finding } | undefined {
  for (const name of CONFIG_NAMES) {
    const path = templates(dir, name).find((candidate) => disk.isFile(candidate));
    if (path === undefined) continue;
    const note: Finding = finding({
      rule: 'wrangler/config-example',
      file: path,
      line: 1,
      message: `There is no ${name} yet, only ${basename(path)}: Wrangler does not read it under this name.`,
      fix: `Copy it to ${name} before you run or deploy the Worker.`,
    });
    return { file: readConfigFile(path, disk), note };
  }
  return undefined;
}

/** `wrangler.toml.example` and `wrangler.example.toml`, as both are in use. */
function templates(dir: string, name: string): string[] {
  const dot = name.lastIndexOf('.');
  return WORDS.flatMap((word) => [`${name}.${word}`, `${name.slice(0, dot)}.${word}${name.slice(dot)}`]).map(
    (file) => join(dir, file),
  );
}
