import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownPassages } from './markdown.js';
import { type Passage, withoutCode } from './passage.js';
import { typescriptPassages } from './typescript.js';

export const root = join(import.meta.dirname, '../..');

/**
 * `docs/api` is generated from docstrings, which are checked in the source files. Fixtures are other people's
 * programs. The linter's own test contains bad sentences.
 */
const LEFT_OUT =
  /^(?:fixtures|docs\/api|test\/.*\/fixtures|bench\/codemod\/peers)\/|^test\/workshop\/prose\.test\.ts$|\.d\.ts$/;

/** Every file with prose, by its path from the root. */
export function proseFiles(): string[] {
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return tracked
    .split('\n')
    .filter((path) => /\.(?:md|[cm]?[jt]sx?|schema\.json|hbs)$/.test(path) && !LEFT_OUT.test(path));
}

export function passagesOf(file: string): Passage[] {
  return passagesIn(file, readFileSync(join(root, file), 'utf8'));
}

/** Chosen by the name of the file. */
export function passagesIn(file: string, text: string): Passage[] {
  if (file.endsWith('.md')) return markdownPassages(file, text);
  if (file.endsWith('.schema.json'))
    return matches(file, text, /"(?:description|title)": "((?:[^"\\]|\\.)+)"/g);
  if (file.endsWith('.yml.hbs') || !file.replace(/\.hbs$/, '').match(/\.[cm]?[jt]sx?$/)) {
    return matches(file, text, /^\s*#+ ?(.+)$/gm);
  }
  return typescriptPassages(file.replace(/\.hbs$/, ''), text).map((passage) => ({ ...passage, file }));
}

export function isBelow(file: string, path: string): boolean {
  const folder = path.replace(/\/$/, '');
  return file === folder || file.startsWith(`${folder}/`);
}

function matches(file: string, text: string, pattern: RegExp): Passage[] {
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    kind: 'doc',
    text: withoutCode(match[1] as string),
    line: text.slice(0, match.index).split('\n').length,
  }));
}
