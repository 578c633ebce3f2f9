import { findSecrets } from './find.js';
import type { MaskSettings } from './level.js';
import { plainText } from './plain.js';
import { FORMS, NAMES, SHAPES } from './rule-ids.js';

/** A part of a text that is masked, and the rule that found it. */
export interface Masked {
  /** Both count UTF-16 units from the beginning of the text. */
  readonly start: number;
  readonly end: number;
  /** As the table in the guide has it; `random` for what only the strict mask takes. */
  readonly rule: string;
  /** The name before the value, if that is what gave it away. */
  readonly name: string | null;
}

/** Lists what the mask removes from a text, and by which rule. Slow: for a person who tries a text. */
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
    for (const { index, 0: found } of text.matchAll(shape)) {
      if (index <= start && start < index + found.length) return { rule, name: null };
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
