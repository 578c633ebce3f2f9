import { isContext } from './context.js';
import { judgeName } from './mask/names.js';
import { isMasking, isSecret, MASKED, maskOwn, maskSecrets, maskText } from './mask.js';
import type { Settings } from './settings.js';

/** The number of nested levels that are recorded. With the length limit, it also stops cycles. */
const MAX_DEPTH = 12;
/** The cut may be inside a secret, so this number of characters before it is removed too. */
const SAFETY = 512;

/** A text, masked and cut. */
export function encodeText(text: string, settings: Settings, limit = settings.maxValueLength): string {
  if (text.length > limit) {
    const masked = maskText(text.slice(0, limit + SAFETY), settings);
    const kept = masked.slice(0, Math.max(0, Math.min(limit, masked.length - SAFETY)));
    return `${kept}… [${text.length - kept.length} more]`;
  }
  const masked = maskSecrets(text, settings);
  return maskOwn((isMasking(settings) && maskJson(text, masked, settings)) || masked, settings);
}

/** Masks JSON text, which tools often return, in its parsed form, so that it stays JSON. */
function maskJson(text: string, masked: string, settings: Settings): string | undefined {
  if (!/^\s*[[{]/.test(text) || (masked === text && !/"val(?:ue)?\\*"/.test(text))) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const cleaned = toText(clean(parsed, { ...settings, mask: undefined }));
    // Text without a secret stays unchanged, with its spaces and line breaks.
    return cleaned === JSON.stringify(parsed) ? undefined : cleaned;
  } catch {
    // It only starts like JSON.
    return undefined;
  }
}

/** A cleaned value in the server's format: strings are unchanged, all other values are JSON. */
export function toText(cleaned: unknown): string {
  return typeof cleaned === 'string' ? cleaned : (JSON.stringify(cleaned) ?? '');
}

/**
 * A copy that can be sent: masked, cut to `maxValueLength`, and without values that JSON.stringify fails on
 * (cycles, bigints, getters that throw). It calls no method of the value, because every method of a remote
 * stub is a request.
 */
export function clean(
  value: unknown,
  settings: Settings,
  key = '',
  depth = 0,
  room = { left: settings.maxValueLength },
): unknown {
  if (/string|number|bigint/.test(typeof value) && isSecret(key, String(value), settings)) return MASKED;
  if (typeof value === 'string') {
    const text = encodeText(value, settings, Math.max(0, room.left));
    room.left -= text.length;
    return text;
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    // Digits may be a card number. JSON has no bigints and no infinite numbers.
    const text = maskText(String(value), settings);
    return Number.isFinite(value) && text === String(value) ? value : text;
  }
  if (typeof value !== 'object') return typeof value === 'boolean' ? value : undefined;
  if (!value) return null;
  if (depth > MAX_DEPTH) return '[deeper]';
  try {
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Error) return clean(`${value}`, settings, '', depth, room);
    if (Array.isArray(value) || value instanceof Set) {
      const list: unknown[] = [];
      let before: unknown;
      for (const item of value) {
        if (--room.left < 0) return [...list, '… [more]'];
        // ['x-api-key', '…'] and ['--password', '…']: a name may precede its value.
        const named = typeof before === 'string' && judgeName(before) ? 'token' : key;
        list.push(clean(item, settings, named, depth + 1, room));
        before = item;
      }
      return list;
    }
    const tag = Object.prototype.toString.call(value);
    if (ArrayBuffer.isView(value)) return tag;
    if (isContext(value)) return '[request context]';
    const copy: Record<string, unknown> = {};
    let isEmpty = !/Object|Map/.test(tag);
    const fields = (value instanceof Map ? Object.fromEntries(value) : value) as typeof copy;
    const pair = fields['name'] ?? fields['key'] ?? fields['header'];
    for (const label of Object.keys(fields)) {
      if (label === '__proto__') continue; // assigning it would not create a field
      isEmpty = false;
      room.left -= label.length;
      if (room.left < 0) {
        copy['…'] = '[more]';
        break;
      }
      copy[encodeText(label, settings, 200)] = clean(
        fields[label],
        settings,
        typeof pair === 'string' && /^val(?:ue)?$/i.test(label)
          ? pair
          : judgeName(key)
            ? `${key}_${label}`
            : label,
        depth + 1,
        room,
      );
    }
    return isEmpty ? tag : copy;
  } catch {
    return '[unreadable]';
  }
}

/** The outline of a value: names of fields, types and lengths, but no content. */
export function outline(value: unknown, depth = 0): unknown {
  const { length } = (value ?? {}) as { length?: unknown };
  if (typeof value === 'string' || Array.isArray(value)) return `${typeof value}(${length})`;
  if (typeof value !== 'object' || !value || depth > 2) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, outline(item, depth + 1)]));
}
