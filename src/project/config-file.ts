import { basename, extname } from 'node:path';
import { ConfigSyntaxError, NoConfigError, UsageError } from '../core/errors.js';
import type { ConfigSource } from '../wrangler/format.js';
import { anyFormat, FORMATS } from '../wrangler/formats.js';
import type { Disk } from './disk.js';

/**
 * A config on disk, by its absolute path.
 * @throws ConfigSyntaxError for a file that is not UTF-8: decoding it would change its bytes.
 * @throws NoConfigError when the file can't be opened.
 * @throws UsageError for a name Wrangler can't read.
 */
export function readConfigFile(path: string, disk: Disk): ConfigSource {
  const format = formatOf(path);
  const place = { file: path, line: 1 };
  if (disk.size(path) > MOST) {
    throw new ConfigSyntaxError(`${path} is larger than 4 MB.`, 'Name the Wrangler config itself.', place);
  }
  const text = textOf(path, disk);
  if (!disk.isUtf8(path)) {
    throw new ConfigSyntaxError(
      `${path} is not UTF-8.`,
      'Save it as UTF-8, then run the command again.',
      place,
    );
  }
  return { path, format, text };
}

function textOf(path: string, disk: Disk): string {
  try {
    return disk.text(path);
  } catch {
    throw new NoConfigError(`${path} can't be read.`, 'Check its permissions, then run the command again.', {
      file: path,
    });
  }
}

/** Bytes. The largest one seen in the wild has 40 kB; parsers need a hundred times a text's size. */
const MOST = 4 * 1024 * 1024;

/** JSON files next to a Wrangler config that are not configs. */
const OTHERS = /^(?:package(?:-lock)?|observe|[jt]sconfig(?:\..+)?)\.jsonc?$/;

/** By the file's ending; `wrangler.toml.example` counts as TOML. */
function formatOf(path: string): string {
  if (OTHERS.test(basename(path))) {
    throw new UsageError(
      `${path} belongs to another program and is not a Wrangler config.`,
      'Name the Wrangler config itself.',
    );
  }
  const ending = extname(path.replace(/\.(example|sample|template)$/, ''));
  const format = FORMATS.find(({ id }) => ending === `.${id}`);
  if (format) return format.id;
  throw new UsageError(
    `${path} is not a config that Wrangler reads.`,
    `Name a file that ends in ${anyFormat((id) => `.${id}`)}.`,
  );
}
