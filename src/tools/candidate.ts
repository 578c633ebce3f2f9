import { FAMILIES } from './families/index.js';
import { RUNTIME } from './generated-names.js';

/** The text that must be in a file for it to be worth parsing: what a family looks for, or code of ours. */
export const CANDIDATE = new RegExp(
  [...FAMILIES.flatMap(({ prefilter }) => prefilter?.source ?? []), RUNTIME].join('|'),
);

/** The same, with the names of functions that a person said register tools. */
export function candidatesWith(registrars: readonly string[]): RegExp {
  const names = registrars.map((name) => name.replaceAll('$', '\\$')).join('|');
  return registrars.length === 0
    ? CANDIDATE
    : new RegExp(`${CANDIDATE.source}|(?<![\\w$])(?:${names})(?![\\w$])`);
}
