import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { packageRoot } from '../package.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
};

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * The built page, by path (`/index.html`). The files are small and read once, so the path of a request never
 * reaches the disk.
 */
export function readAssets(dir: string = join(packageRoot, 'dist/dashboard')): ReadonlyMap<string, Asset> {
  if (!existsSync(join(dir, 'index.html'))) {
    throw new LoomError(
      'The dashboard page is missing from this installation of @create-something/loom.',
      'Install the package again.',
      EXIT.failed,
    );
  }
  const assets = new Map<string, Asset>();
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (entry.isFile() && type) {
      const path = join(entry.parentPath, entry.name);
      assets.set(`/${path.slice(dir.length + 1).replaceAll('\\', '/')}`, { type, body: readFileSync(path) });
    }
  }
  return assets;
}
