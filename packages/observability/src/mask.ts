import { findSecrets } from './mask/find.js';
import type { MaskSettings } from './mask/level.js';
import { judgeName } from './mask/names.js';
import { plainText } from './mask/plain.js';
import { isSecretValue } from './mask/values.js';

export { explainMask, type Masked } from './mask/explain.js';
export type { MaskLevel, MaskSettings } from './mask/level.js';

export const MASKED = '[masked]';

/** Most names and enum values look like this, and no secret does. */
const HARMLESS = /^(?:.{0,7}|[a-z_.]+)$/;

/** Masks `text`, first with the built-in mask, then with the user's own. */
export function maskText(text: string, settings: MaskSettings = {}): string {
  return maskOwn(maskSecrets(text, settings), settings);
}

/** False when the built-in mask is switched off. */
export function isMasking({ mask, maskLevel }: MaskSettings): boolean {
  return mask !== false && maskLevel !== 'off';
}

/** True if the name shows that the whole value is a secret. */
export function isSecret(name: string, value: string, settings: MaskSettings = {}): boolean {
  const says = isMasking(settings) && judgeName(name);
  // The names `content` and `value` prove nothing: a chat message of one word is not a secret.
  if (!says || says === 3) return false;
  return settings.maskLevel === 'strict' ? value !== '' : isSecretValue(value, says, name);
}

/** Masks `text` with the user's own mask. If the mask fails, the whole text is removed. */
export function maskOwn(text: string, { mask }: MaskSettings): string {
  try {
    return mask ? String(mask(text)) : text;
  } catch {
    return MASKED;
  }
}

/** `text` with the built-in mask applied. */
export function maskSecrets(text: string, settings: MaskSettings): string {
  if (!isMasking(settings) || HARMLESS.test(text)) return text;
  const spans = findSecrets(plainText(text), settings);
  if (spans.length === 0) return text;
  let masked = '';
  let at = 0;
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    // Overlapping matches are masked once.
    if (start >= at) masked += text.slice(at, start) + MASKED;
    at = Math.max(at, end);
  }
  return masked + text.slice(at);
}
