import type { Plan, Purpose } from '../core/plan.js';
import type { Found } from './define-rule.js';

/**
 * Files and entries of one purpose that `init` would still write. Files with keys have no rule: each
 * developer has their own, and a fresh clone has no keys.
 */
export function missing(purpose: Purpose): (plan: Plan) => Found[] {
  return ({ changes }) =>
    changes
      .filter((change) => change.purpose === purpose)
      .map(({ path, action }) => ({
        file: path,
        line: 1,
        message:
          action === 'create' ? `${path} is missing.` : `${path} is missing an entry that the set-up needs.`,
      }));
}
