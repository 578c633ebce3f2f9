import type { Finding } from '../core/findings.js';

/**
 * The first version that supports `observability.traces`. Older ones drop it from a deploy (Wrangler's
 * changelog, #10491).
 */
export const KNOWS_TRACES = '4.35.0';

/** Later versions need Node 22. */
export const LAST_FOR_NODE_20 = '4.86.0';

/** The newest version that runs on this Node, as a spec for a package manager. */
export function newestFor(node: string): string {
  return Number(node.split('.')[0]) < 22 ? LAST_FOR_NODE_20 : 'latest';
}

export function tooOld(version: string): Pick<Finding, 'rule' | 'message' | 'fix'> {
  return {
    rule: 'wrangler/wrangler-too-old',
    message: `Wrangler ${version} does not support observability.traces and drops it from a deploy. Its \`wrangler dev\` can lose the traces of local runs.`,
    fix: `Install Wrangler ${KNOWS_TRACES} or newer. On Node 20, the newest that runs is ${LAST_FOR_NODE_20}.`,
  };
}
