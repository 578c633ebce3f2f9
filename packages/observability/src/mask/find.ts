import { hasCheckDigit } from './card.js';
import type { MaskSettings } from './level.js';
import { findNamed } from './named.js';
import { ADDRESS, CARD, FORM, HOOK, LOGIN, PRIVATE_KEY, SCHEME } from './rules.js';
import { isMixed, isRandom } from './values.js';

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+/g;
/** A candidate for a random value, for the strict level. */
const RANDOM = /[A-Za-z\d+/_-]{20,}/g;
/** False for placeholders of passwords. */
const isValue = (value: string) => !/^(?:[<{$[*].*|pass(?:word)?|\d+)$/.test(value);

/** Returns the start and end of each secret in a text. The ranges may overlap. */
export function findSecrets(text: string, { maskLevel, maskEmails }: MaskSettings): [number, number][] {
  const spans: [start: number, end: number][] = [];
  const found = (start: number, end: number) => spans.push([start, end]);
  const isStrict = maskLevel === 'strict';
  const find = (pattern: RegExp, isSecret?: (value: string) => boolean) => {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const group = match.find((part, i) => i && part)?.length ?? 0;
      // The match of a form starts with the last character before it.
      const start = match.index + (pattern === FORM ? 1 - group : group);
      if (!isSecret || isSecret(match[0].slice(group))) found(start, pattern.lastIndex);
    }
  };
  find(FORM);
  find(SCHEME, (value) => isMixed(value) && !/^\D*token\D*$/i.test(value));
  // `includes` is cheaper than a search with the pattern.
  if (text.includes('/')) find(ADDRESS, isValue);
  if (text.includes('hook')) find(HOOK);
  if (text.includes('curl')) find(LOGIN, isValue);
  if (text.includes('PRIVATE')) find(PRIVATE_KEY);
  find(CARD, hasCheckDigit);
  findNamed(text, isStrict, found);
  if (maskEmails) find(EMAIL);
  if (isStrict) find(RANDOM, (value) => isRandom(value, 20));
  return spans;
}
