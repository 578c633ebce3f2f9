import { dirname, join, relative, resolve } from 'node:path';
import { parse } from 'jsonc-parser';
import { type Finding, finding } from '../core/findings.js';
import type { Disk } from './disk.js';
import { upwards } from './paths.js';

/** The file in which build tools store the path of their generated config. */
const POINTER = join('.wrangler', 'deploy', 'config.json');

/**
 * A build tool (the Vite plugin, Astro) may have redirected `wrangler deploy` to a config it generated. The
 * user's own config is edited. The next build updates the generated one.
 */
export function redirectNotes(from: string, config: string, disk: Disk): Finding[] {
  const pointer = nearestPointer(from, disk);
  if (pointer === undefined) return [];
  const place = { file: pointer, line: 1 };
  const own = relative(from, config);
  if (dirname(dirname(dirname(pointer))) !== dirname(config)) {
    return [
      finding({
        ...place,
        rule: 'wrangler/redirect-elsewhere',
        message: `${relative(from, pointer)} redirects deploys, but is not next to ${own}; Wrangler refuses that.`,
        fix: 'Delete that file, or build again in the folder of the config.',
      }),
    ];
  }
  const target = targetOf(pointer, disk);
  if (target === undefined || !disk.isFile(target)) {
    return [
      finding({
        ...place,
        rule: 'wrangler/redirect-broken',
        message: `${relative(from, pointer)} redirects deploys to a config that does not exist.`,
        fix: 'Build again, or delete that file.',
      }),
    ];
  }
  return [
    finding({
      ...place,
      rule: 'wrangler/redirected',
      message: `Deploys use the built ${relative(from, target)}; the change is in your own ${own}.`,
      fix: 'Build again before the next deploy.',
    }),
  ];
}

function nearestPointer(from: string, disk: Disk): string | undefined {
  for (const dir of upwards(from)) {
    if (disk.isFile(join(dir, POINTER))) return join(dir, POINTER);
  }
  return undefined;
}

function targetOf(pointer: string, disk: Disk): string | undefined {
  const content: unknown = parse(disk.text(pointer));
  const path = (content as { configPath?: unknown } | undefined)?.configPath;
  return typeof path === 'string' ? resolve(dirname(pointer), path) : undefined;
}
