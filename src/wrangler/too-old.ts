import type { Finding } from '../core/findings.js';

/** The first that knows `observability.traces`; older ones leave it out of a deploy (Wrangler's changelog, #10491). */
export const KNOWS_TRACES = '4.35.0';

export function tooOld(version: string): Pick<Finding, 'rule' | 'message' | 'fix'> {
  return {
    rule: 'wrangler/wrangler-too-old',
    message: `Wrangler ${version} does not support observability.traces and drops it from a deploy.`,
    fix: `Install Wrangler ${KNOWS_TRACES} or newer.`,
  };
}
