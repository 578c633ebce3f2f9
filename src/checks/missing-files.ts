import type { Plan, Purpose } from '../core/plan.js';
import type { Found } from './define-rule.js';

/**
 * Files and entries of one purpose that `init` would still write. Files with keys have no rule: they are each
 * developer's own, and a fresh clone, such as CI's, has none.
 */
export function missing(purpose: Purpose): (plan: Plan) => Found[] {
  return ({ changes }) =>
    changes
      .filter((change) => change.purpose === purpose)
      .map(({ path, action }) => ({
        file: path,
        line: 1,
        message: action === 'create' ? `${path} is missing.` : `${path} lacks what the set-up needs.`,
      }));
}
