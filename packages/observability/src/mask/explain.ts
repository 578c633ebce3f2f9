import { findSecrets } from './find.js';
import type { MaskSettings } from './level.js';
import { plainText } from './plain.js';
import { FORMS, NAMES, SHAPES } from './rule-ids.js';

/** A part of a text that is masked, and the rule that found it. */
export interface Masked {
  /** Start of the part, as a UTF-16 offset in the text. */
  readonly start: number;
  /** End of the part, exclusive, as a UTF-16 offset. */
  readonly end: number;
  /** Id from the table in the privacy guide; `random` for a part that only the strict mask removes. */
  readonly rule: string;
  /** The name before the value, if the name shows that the value is a secret. */
  readonly name: string | null;
}

/** Lists the parts of a text that the mask removes, each with its rule. It is slow, so use it only to test the mask. */
export function explainMask(text: string, settings: MaskSettings = {}): Masked[] {
  const plain = plainText(text);
  return findSecrets(plain, settings)
    .sort((a, b) => a[0] - b[0])
    .map(([start, end]) => ({ start, end, ...ruleAt(plain, start) }));
}

function ruleAt(text: string, start: number): { rule: string; name: string | null } {
  for (const [rule, begin] of Object.entries(FORMS)) {
    begin.lastIndex = start;
    if (begin.test(text)) return { rule, name: null };
  }
  for (const [rule, shape] of Object.entries(SHAPES)) {
    for (const { index, 0: match } of text.matchAll(shape)) {
      if (index <= start && start < index + match.length) return { rule, name: null };
    }
  }
  // In a pair, the name precedes the value.
  const names = text.slice(Math.max(0, start - 200), start).match(/[\w-]{2,64}/g) ?? [];
  for (const name of names.reverse()) {
    const words = `_${name.replace(/[a-z](?=[A-Z])|\d(?=[A-Za-z])|[A-Z](?=[A-Z][a-z])/g, '$&_').toLowerCase()}_`;
    for (const [rule, pattern] of Object.entries(NAMES)) {
      if (pattern.test(words.replace(/[^a-z\d]+/g, '_'))) return { rule, name };
    }
  }
  return { rule: 'random', name: null };
}
