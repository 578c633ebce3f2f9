import { dirname, join, relative } from 'node:path';
import type { Disk } from './disk.js';
import { slashed, upwards } from './paths.js';

/** Where xmcp looks for tools if its config names no other folder. */
const USUAL = 'src/tools';

/** A module in the folder, without tests and declarations. xmcp names the tool after it. */
const TOOL_FILE = /(?:^|\/)([^/._][^/.]*)\.tsx?$/;

/**
 * Name of the tool in a file, if the path alone makes it a tool: the nearest package.json depends on xmcp,
 * and the file is in the tools folder of xmcp's config.
 * @param file absolute path
 */
export function xmcpTool(file: string, root: string, disk: Disk): string | undefined {
  const name = TOOL_FILE.exec(slashed(file))?.[1];
  if (name === undefined || !/[/\\]tools[/\\]/.test(file)) return undefined;
  const home = [...upwards(dirname(file), root)].find((folder) => disk.isFile(join(folder, 'package.json')));
  if (home === undefined || !/"xmcp"\s*:\s*"/.test(disk.text(join(home, 'package.json')))) return undefined;
  const folder = toolsFolder(home, disk);
  const within = slashed(relative(home, file));
  return folder !== undefined && within.startsWith(`${folder}/`) ? name : undefined;
}

/** The tools folder of a package, relative to its root; undefined without one, or if it is computed. */
function toolsFolder(home: string, disk: Disk): string | undefined {
  const config = join(home, 'xmcp.config.ts');
  const text = disk.isFile(config) ? disk.text(config) : '';
  if (!/\bpaths\b/.test(text)) return USUAL;
  const [, stated] = /\btools\s*:\s*(true\b|(["'])(?:\.\/)?([\w./-]+?)\/?\2)?/.exec(text) ?? [text, 'true'];
  if (stated === undefined) return undefined;
  return stated === 'true' ? USUAL : stated.replace(/^["'](?:\.\/)?|\/?["']$/g, '');
}
