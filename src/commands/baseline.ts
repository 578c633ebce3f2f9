import { resolve } from 'node:path';
import { NoConfigError, UsageError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import { readerAt } from '../project/commit-reader.js';
import { Disk, realReader } from '../project/disk.js';
import { commitNamed } from '../project/git.js';
import type { Options } from './options.js';
import type { Terminal } from './terminal.js';
import { openWorkers, type Workers } from './workers.js';

/**
 * Known findings: from a saved `check --json`, or from the same check at a commit.
 * @param examined the findings of these Workers
 * @throws UsageError if the value is neither
 */
export async function knownFindings(
  baseline: string,
  { root, disk }: Workers,
  { options, terminal }: { options: Options; terminal: Terminal },
  examined: (workers: Workers) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const file = resolve(baseline);
  if (disk.isFile(file)) return findingsIn(baseline, disk.text(file));
  const commit = commitNamed(root, baseline, disk);
  if (commit === undefined) {
    throw new UsageError(
      `--baseline "${baseline}" is neither a file nor a commit.`,
      'Make a file with: check --json > baseline.json. In CI, a commit needs history: fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab.',
    );
  }
  const then = new Disk(readerAt(root, commit, disk, realReader));
  try {
    const asked = { ...terminal, isInteractive: false };
    return await examined(await openWorkers(options, asked, { preferSetUp: true, disk: then }));
  } catch (error) {
    // The Worker did not exist yet, so it has no known findings.
    if (error instanceof NoConfigError || error instanceof UsageError) return [];
    throw error;
  }
}

function findingsIn(path: string, text: string): Finding[] {
  try {
    const { findings } = JSON.parse(text) as { findings: Finding[] };
    if (Array.isArray(findings)) return findings;
  } catch {
    // It is not JSON, so it is not a plan.
  }
  throw new UsageError(
    `--baseline "${path}" contains no findings.`,
    'Make it with: check --json > baseline.json',
  );
}
