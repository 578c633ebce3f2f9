import { findSecrets } from './mask/find.js';
import type { MaskSettings } from './mask/level.js';
import { judgeName } from './mask/names.js';
import { plainText } from './mask/plain.js';
import { isSecretValue } from './mask/values.js';

export { explainMask, type Masked } from './mask/explain.js';
export type { MaskLevel, MaskSettings } from './mask/level.js';

export const MASKED = '[masked]';

/** No secret looks like this, and most names and enum values do. */
const HARMLESS = /^(?:.{0,7}|[a-z_.]+)$/;

/** `text` without what looks like a secret, through the user's own mask as well. */
export function maskText(text: string, settings: MaskSettings = {}): string {
  return maskOwn(maskSecrets(text, settings), settings);
}

/** False when the built-in mask is switched off. */
export function isMasking({ mask, maskLevel }: MaskSettings): boolean {
  return mask !== false && maskLevel !== 'off';
}

/** True if a whole value is a secret by its name. */
export function isSecret(name: string, value: string, settings: MaskSettings = {}): boolean {
  const says = isMasking(settings) && judgeName(name);
  // `content` and `value` alone say nothing: a chat message of one word is no secret.
  if (!says || says === 3) return false;
  return settings.maskLevel === 'strict' ? value !== '' : isSecretValue(value, says, name);
}

/** `text` through the user's own mask. If that fails, nothing of it is left. */
export function maskOwn(text: string, { mask }: MaskSettings): string {
  try {
    return mask ? String(mask(text)) : text;
  } catch {
    return MASKED;
  }
}

/** `text` without what looks like a secret. */
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
