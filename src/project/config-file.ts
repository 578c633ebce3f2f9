import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { ConfigSyntaxError, NoConfigError, UsageError } from '../core/errors.js';
import type { ConfigFormat } from '../core/plan.js';

/** In the order Wrangler looks for them. */
export const CONFIG_NAMES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml'] as const;

/** A config on disk. `path` is absolute. */
export interface ConfigFile {
  readonly path: string;
  readonly format: ConfigFormat;
  readonly text: string;
}

/**
 * @throws ConfigSyntaxError for a file that is not UTF-8: decoding it would change its bytes.
 * @throws NoConfigError when the file can't be opened.
 * @throws UsageError for a name Wrangler can't read.
 */
export function readConfigFile(path: string): ConfigFile {
  const format = formatOf(path);
  const bytes = bytesOf(path);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path, format, text };
  } catch {
    throw new ConfigSyntaxError(`${path} is not UTF-8.`, 'Save it as UTF-8, then run this again.', {
      file: path,
      line: 1,
    });
  }
}

/** Bytes. The largest one seen in the wild has 40 kB; parsers need a hundred times a text's size. */
const MOST = 4 * 1024 * 1024;

function bytesOf(path: string): Uint8Array {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST) {
    throw new ConfigSyntaxError(`${path} is larger than 4 MB.`, 'Name the Wrangler config itself.', {
      file: path,
      line: 1,
    });
  }
  try {
    return readFileSync(path);
  } catch {
    throw new NoConfigError(`${path} can't be read.`, 'Check its permissions, then run this again.', {
      file: path,
    });
  }
}

/** JSON that stands beside a Wrangler config, and is none. */
const OTHERS = /^(?:package(?:-lock)?|observe|[jt]sconfig(?:\..+)?)\.jsonc?$/;

/** By the file's ending; `wrangler.toml.example` counts as TOML. */
function formatOf(path: string): ConfigFormat {
  if (OTHERS.test(basename(path))) {
    throw new UsageError(
      `${path} is another program’s, and no Wrangler config.`,
      'Name the Wrangler config itself.',
    );
  }
  const ending = extname(path.replace(/\.(example|sample|template)$/, ''));
  if (ending === '.json' || ending === '.jsonc' || ending === '.toml') return ending.slice(1) as ConfigFormat;
  throw new UsageError(
    `${path} is no config that Wrangler reads.`,
    'Name a file that ends in .jsonc, .json or .toml.',
  );
}
