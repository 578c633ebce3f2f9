import type { Finding } from '../core/findings.js';

/** A diagnosis with the fields of a finding. `rule` is set if `check` has a rule for it. */
type Words = Pick<Finding, 'message'> & Partial<Pick<Finding, 'rule' | 'fix'>>;

/** Result of one check: a finding, and its effect on the traces of this project. */
export interface Diagnosis extends Words {
  /** Stable id of the check, such as `keys`. */
  readonly check: string;
  /**
   * `wrong` prevents traces. `notice` may prevent them, or is worth knowing. `skipped` could not be checked.
   */
  readonly state: 'ok' | 'notice' | 'wrong' | 'skipped';
  /** The next step. `wrong` always has one, `ok` and `skipped` never. */
  readonly fix?: string;
}

// Each check chooses the state, because a finding is worse in the chosen environment than in another. A check
// may also replace the message to summarize several findings.

export const ok = (check: string, words: Words): Diagnosis => diagnosis(check, 'ok', words);
export const skipped = (check: string, words: Words): Diagnosis => diagnosis(check, 'skipped', words);
export const notice = (check: string, words: Words): Diagnosis => diagnosis(check, 'notice', words);
export const wrong = (check: string, words: Words & Pick<Finding, 'fix'>): Diagnosis =>
  diagnosis(check, 'wrong', words);

function diagnosis(check: string, state: Diagnosis['state'], { rule, message, fix }: Words): Diagnosis {
  const asksForAction = state === 'wrong' || state === 'notice';
  return {
    check,
    state,
    ...(rule === undefined ? {} : { rule }),
    message,
    ...(asksForAction && fix !== undefined ? { fix } : {}),
  };
}
