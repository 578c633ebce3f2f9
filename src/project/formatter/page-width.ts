import { extname, join, relative } from 'node:path';
import { parse } from 'jsonc-parser';
import type { Disk } from '../disk.js';
import { isObject } from '../package-entry.js';
import { slashed, upwards } from '../paths.js';

interface Stated {
  readonly line?: number | undefined;
  readonly tab?: number | undefined;
}

/** Columns of a line and of a tab. */
interface PageWidth {
  readonly line: number;
  readonly tab: number;
}

/** Biome's and Prettier's default. */
const DEFAULT = { line: 80, tab: 2 } as const;
/** dprint's default for TypeScript. */
const DPRINT = 120;

/**
 * The maximum line width of a file, from the nearest configuration of Biome, Prettier, dprint, Deno or
 * EditorConfig. It runs none of them.
 * @param path absolute
 * @param root folders outside are not searched
 * @returns undefined if no configuration sets it
 */
export function pageWidth(path: string, root: string, disk: Disk): PageWidth | undefined {
  const folders = [...upwards(join(path, '..'), root)];
  const editor = editorWidth(path, folders, disk);
  for (const read of [biomeWidth, prettierWidth, dprintWidth]) {
    for (const folder of folders) {
      const stated = read(folder, disk);
      if (stated === undefined) continue;
      const isPrettier = read === prettierWidth;
      const line = stated.line ?? (isPrettier ? editor?.line : undefined) ?? DEFAULT.line;
      const tab = stated.tab ?? (isPrettier ? editor?.tab : undefined) ?? DEFAULT.tab;
      return { line, tab };
    }
  }
  return editor?.line === undefined ? undefined : { line: editor.line, tab: editor.tab ?? DEFAULT.tab };
}

function biomeWidth(folder: string, disk: Disk): Stated | undefined {
  const config = firstJson(folder, ['biome.json', 'biome.jsonc'], disk);
  if (!config || config['root'] === false) return undefined;
  const formatter = member(config, 'formatter');
  const ofLanguage = member(member(config, 'javascript'), 'formatter');
  return {
    line: numberIn(ofLanguage, 'lineWidth') ?? numberIn(formatter, 'lineWidth'),
    tab: numberIn(ofLanguage, 'indentWidth') ?? numberIn(formatter, 'indentWidth'),
  };
}

/** Files that only a project with Prettier has. */
const PRETTIER = /^(?:\.prettierrc(?:\..+)?|prettier\.config\.[cm]?[jt]s)$/;

function prettierWidth(folder: string, disk: Disk): Stated | undefined {
  const manifest = firstJson(folder, ['package.json'], disk);
  const inManifest = manifest?.['prettier'];
  if (isObject(inManifest))
    return { line: numberIn(inManifest, 'printWidth'), tab: numberIn(inManifest, 'tabWidth') };
  const file = disk.entries(folder).find(({ name }) => PRETTIER.test(name));
  if (!file || !disk.isFile(join(folder, file.name))) {
    const lists = [manifest, member(manifest, 'dependencies'), member(manifest, 'devDependencies')];
    return lists.some((list) => typeof list?.['prettier'] === 'string') ? {} : undefined;
  }
  // Reads JSON, YAML, TOML or a module. Settings for only some files are ignored.
  const [text = ''] = disk.text(join(folder, file.name)).split(/\boverrides\b/);
  const stated = (name: string) => {
    const found = new RegExp(`\\b${name}\\b["']?\\s{0,20}[:=]\\s{0,20}(\\d{1,4})\\b`).exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  return { line: stated('printWidth'), tab: stated('tabWidth') };
}

function dprintWidth(folder: string, disk: Disk): Stated | undefined {
  const config = firstJson(folder, ['dprint.json', 'dprint.jsonc', '.dprint.json', '.dprint.jsonc'], disk);
  if (config) {
    const ofLanguage = member(config, 'typescript');
    return {
      line: numberIn(ofLanguage, 'lineWidth') ?? numberIn(config, 'lineWidth') ?? DPRINT,
      tab: numberIn(ofLanguage, 'indentWidth') ?? numberIn(config, 'indentWidth') ?? 4,
    };
  }
  const deno = member(firstJson(folder, ['deno.json', 'deno.jsonc'], disk), 'fmt');
  return deno && { line: numberIn(deno, 'lineWidth'), tab: numberIn(deno, 'indentWidth') };
}

function firstJson(
  folder: string,
  names: readonly string[],
  disk: Disk,
): Record<string, unknown> | undefined {
  for (const name of names) {
    const path = join(folder, name);
    if (!disk.isFile(path)) continue;
    const value: unknown = parse(disk.text(path), [], { allowTrailingComma: true });
    return isObject(value) ? value : undefined;
  }
  return undefined;
}

function member(
  value: Record<string, unknown> | undefined,
  name: string,
): Record<string, unknown> | undefined {
  const found = value?.[name];
  return isObject(found) ? found : undefined;
}

function numberIn(value: Record<string, unknown> | undefined, name: string): number | undefined {
  const found = value?.[name];
  return typeof found === 'number' && found > 0 ? found : undefined;
}

/** Width in the `.editorconfig` files, the nearest last. */
function editorWidth(path: string, folders: readonly string[], disk: Disk): Stated | undefined {
  let stated: Stated | undefined;
  for (const folder of folders) {
    const file = join(folder, '.editorconfig');
    if (!disk.isFile(file)) continue;
    const text = disk.text(file);
    stated = { ...editorSections(text, slashed(relative(folder, path))), ...stated };
    if (/^\s*root\s*=\s*true\s*$/im.test(text)) break;
  }
  return stated;
}

function editorSections(text: string, path: string): Stated {
  const stated: { line?: number; tab?: number } = {};
  let applies = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
    if (section !== undefined) applies = sectionMatches(section, path);
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*=\s*(\d{1,4})\s*$/.exec(line) ?? [];
    if (!applies || name === '') continue;
    if (name.toLowerCase() === 'max_line_length') stated.line = Number(value);
    if (/^(indent_size|tab_width)$/i.test(name)) stated.tab = Number(value);
  }
  return stated;
}

/** `*`, `*.ts`, `*.{ts,js}`, `{*.ts,*.js}`, `src/**.ts`: a section for the file's kind in any folder. */
function sectionMatches(section: string, path: string): boolean {
  if (/^\**$/.test(section)) return true;
  const kind = extname(path).slice(1);
  const kinds: readonly string[] = section.match(/(?<=[.{,])[\w-]+(?=[,}]|$)/g) ?? [];
  const [folder = ''] = section.split('*');
  return kinds.includes(kind) && path.startsWith(folder.replace(/^\/|\{.*$/g, ''));
}
