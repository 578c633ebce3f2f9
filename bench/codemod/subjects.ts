import { join } from 'node:path';
import { CANDIDATE } from '../../src/tools/candidate.js';

export interface Subject {
  readonly name: string;
  /** Arguments after `node`; the tree's folder comes last. */
  readonly args: readonly string[];
  /** It only reads. */
  readonly onlyReads?: true;
  readonly isFiltered?: true;
  /** It runs only once, because it takes almost a minute. */
  readonly isSlow?: true;
}

/** @param ours the bundle of ours.ts; `program` the built command line; `peers` the folder with the peers */
export function subjects({
  ours,
  program,
  peers,
}: {
  ours: string;
  program: string;
  peers: string;
}): Subject[] {
  const peer = (name: string) => [join(peers, `${name}.mjs`)];
  return [
    { name: 'walk and read', args: peer('walk'), onlyReads: true },
    { name: 'ours, plan and write', args: [ours] },
    {
      name: 'ours, the whole `init` (plans twice to check itself)',
      args: [program, 'init', '--yes', '--force', '--no-install', '--layers', 'langfuse'],
    },
    { name: 'oxc-parser + magic-string, same filter', args: peer('oxc'), isFiltered: true },
    { name: 'ast-grep, same filter', args: peer('ast-grep'), isFiltered: true },
    { name: 'ts-morph replaceWithText, same filter', args: peer('ts-morph'), isFiltered: true },
    { name: 'jscodeshift, same filter', args: peer('jscodeshift'), isFiltered: true },
    { name: 'oxc-parser + magic-string, every file', args: peer('oxc') },
    { name: 'ast-grep, every file', args: peer('ast-grep') },
    { name: 'ts-morph replaceWithText, every file', args: peer('ts-morph') },
    { name: 'jscodeshift, every file', args: peer('jscodeshift'), isSlow: true },
  ];
}

export const FILTER = CANDIDATE.source;
