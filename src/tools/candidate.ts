import { FAMILIES } from './families/index.js';
import { RUNTIME } from './generated-names.js';

/** Only files with this text are parsed: text that a family looks for, or an import of our runtime. */
export const CANDIDATE = new RegExp(
  [...FAMILIES.flatMap(({ prefilter }) => prefilter?.source ?? []), RUNTIME].join('|'),
);

/** The same, or the name of a registrar that a person configured. */
export function candidatesWith(registrars: readonly string[]): RegExp {
  const names = registrars.map((name) => name.replaceAll('$', '\\$')).join('|');
  return registrars.length === 0
    ? CANDIDATE
    : new RegExp(`${CANDIDATE.source}|(?<![\\w$])(?:${names})(?![\\w$])`);
}
