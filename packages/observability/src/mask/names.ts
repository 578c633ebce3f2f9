import { ABOUT, LIKELY, STILL, SURE } from './rules.js';

/**
 * The meaning of a name for its value. 0: nothing. 1: likely a secret. 2: surely a secret. 3: another part has the
 * value's name.
 */
export type Verdict = 0 | 1 | 2 | 3;

/** Verdicts by name. A program has few names and uses them in each request. */
const known = new Map<string, Verdict>();
const MAX_KNOWN = 1_000;

/** Judges the name of a value in any spelling: apiKey, API_KEY_PROD, x-api-key. */
export function judgeName(name: string): Verdict {
  let verdict = known.get(name);
  if (verdict === undefined) {
    const words =
      `_${name.replace(/[a-z](?=[A-Z])|\d(?=[A-Za-z])|[A-Z](?=[A-Z][a-z])/g, '$&_').toLowerCase()}_`
        .replace(/^_[?&]/, '_q_')
        .replace(/[^a-z\d]+/g, '_');
    // The words after the decisive word.
    const sure = SURE.exec(words)?.[1];
    const rest = sure ?? LIKELY.exec(words)?.[1] ?? 'name_';
    if (/^_(?:val(?:ue)?|content|string)_$/.test(words)) verdict = 3;
    else verdict = ABOUT.test(rest) ? 0 : sure !== undefined && STILL.test(sure) ? 2 : 1;
    if (known.size > MAX_KNOWN) known.clear();
    known.set(name, verdict);
  }
  return verdict;
}
