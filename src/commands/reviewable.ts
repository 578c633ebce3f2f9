import { answersAsFlags } from './answers.js';
import { type Fingerprint, fingerprintOf } from './fingerprint.js';
import type { GivenFlags, Options } from './options.js';
import type { Proposed } from './propose.js';
import { type Question, questionsOf } from './questions.js';
import type { Workers } from './workers.js';

/** Members of a printed plan that `init --plan` needs. */
export interface Reviewable {
  readonly questions: readonly Question[];
  /** By flag of `init`. */
  readonly answers: GivenFlags;
  readonly fingerprint: Fingerprint;
}

export function reviewable(workers: Workers, { plan, intentOf }: Proposed, options: Options): Reviewable {
  const questions = questionsOf(workers, plan, options, intentOf);
  return {
    questions,
    answers: answersAsFlags(options, questions),
    fingerprint: fingerprintOf(workers, plan),
  };
}
