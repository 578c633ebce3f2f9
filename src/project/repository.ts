import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Disk } from './disk.js';
import { gitTop, repositoryAround } from './git.js';
import { slashed } from './paths.js';

/** Facts about which files a clone would have. Paths are relative to the project, with `/`. */
export interface Repository {
  /** Files that git ignores. */
  ignored(paths: readonly string[]): ReadonlySet<string>;
  /**
   * The same files, each with the ignore file that hides it; undefined if the ignore file is outside the
   * repository.
   */
  hiders(paths: readonly string[]): ReadonlyMap<string, string | undefined>;
  /** Files in git's index, which the next commit contains. */
  tracked(paths: readonly string[]): ReadonlySet<string>;
  /** Files in git's index whose text contains `words`. */
  holding(words: string, paths: readonly string[]): ReadonlySet<string>;
  /** Nested repository of a file, such as a submodule; undefined for files of this one. */
  foreignFolder(path: string): string | undefined;
  /** True if the next commit contains the current state of that folder. */
  isUpToDate(foreignFolder: string): boolean;
}

/** undefined outside a work tree. */
export function readRepository(dir: string, disk: Disk): Repository | undefined {
  const top = gitTop(dir, disk);
  if (top === undefined) return undefined;
  const listed = (args: readonly string[], paths: readonly string[]): Set<string> => {
    if (paths.length === 0) return new Set();
    const { status, stdout } = disk.git(dir, [...args, '--', ...paths]);
    return new Set(status === 0 ? stdout.split('\0').filter((path) => path !== '') : []);
  };
  return {
    ignored: (paths) => {
      if (paths.length === 0) return new Set();
      const { status, stdout } = disk.git(dir, [
        '-c',
        'core.quotePath=false',
        'check-ignore',
        '--',
        ...paths,
      ]);
      return new Set(status === 0 ? stdout.split('\n').filter((path) => path !== '') : []);
    },
    hiders: (paths) => {
      if (paths.length === 0) return new Map();
      const { status, stdout } = disk.git(dir, [
        '-c',
        'core.quotePath=false',
        'check-ignore',
        '--verbose',
        '--',
        ...paths,
      ]);
      const lines = status === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
      return new Map(
        lines.flatMap((line) => {
          // The part before the tab has source, line and pattern. A pattern that starts with ! hides nothing.
          const [, source = '', pattern = '', path = ''] = /^(.*?):\d+:(.*)\t(.*)$/.exec(line) ?? [];
          if (path === '' || pattern.startsWith('!')) return [];
          const isOurs = /(?:^|\/)\.gitignore$/.test(source) && !isAbsolute(source);
          return [[path, isOurs ? slashed(relative(dir, resolve(top, source))) : undefined] as const];
        }),
      );
    },
    tracked: (paths) => listed(['--literal-pathspecs', 'ls-files', '-z', '--cached'], paths),
    holding: (words, paths) =>
      listed(['--literal-pathspecs', 'grep', '--cached', '-z', '-l', '-F', '-e', words], paths),
    foreignFolder: (path) => {
      const own = repositoryAround(dirname(resolve(dir, path)), disk);
      const isForeign = own !== undefined && own !== top && own.startsWith(top);
      return isForeign ? slashed(relative(dir, own)) : undefined;
    },
    isUpToDate: (folder) => {
      const { status, stdout } = disk.git(dir, [
        '--literal-pathspecs',
        'status',
        '--porcelain',
        '--ignore-submodules=none',
        '--',
        folder,
      ]);
      return status === 0 && stdout.trim() === '';
    },
  };
}
