import { posix } from 'node:path';
import type { CandidateFile } from '../../project/source-files.js';
import type { Modules } from '../../tools/values/modules.js';

const ENDS = ['', '.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '/index.ts', '/index.tsx', '/index.js'];

/** Relative imports among the given sources, without a project for look-ups. */
export function modulesAmong(sources: readonly CandidateFile[]): Modules {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return {
    moduleAt(from, specifier) {
      if (!/^\.{1,2}(\/|$)/.test(specifier)) return undefined;
      const path = posix.join(posix.dirname(from), specifier);
      const stem = path.replace(/\.[cm]?jsx?$/, '');
      return [path, stem].flatMap((one) => ENDS.map((end) => byPath.get(one + end))).find(Boolean);
    },
  };
}
