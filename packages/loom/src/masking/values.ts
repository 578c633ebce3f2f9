import { isSecret, MASKED, maskText } from '@create-something/observability/mask';
import { isRecord } from '../json-values.js';
import { maskLevel } from './level.js';

/** Maximum nesting that is masked. Deeper values are not stored. */
const MAX_DEPTH = 64;

/** A number with such a name counts tokens, as in `llm.token_count.prompt`. */
const COUNT = /token_?counts?\b|tokens\b|\busage\b/i;

/** A copy without secrets, by the runtime's rules. `key` is the name of the value. */
export function maskValue<T>(value: T, key = '', depth = 0): T {
  return masked(value, key, depth) as T;
}

function masked(value: unknown, key: string, depth: number): unknown {
  const settings = { maskLevel: maskLevel() };
  if (typeof value === 'string') {
    return isSecret(key, value, settings) ? MASKED : maskText(value, settings);
  }
  if (typeof value === 'number') {
    return !COUNT.test(key) && isSecret(key, String(value), settings) ? MASKED : value;
  }
  if (depth > MAX_DEPTH) {
    return '[deeper]';
  }
  if (Array.isArray(value)) {
    return value.map((entry) => masked(entry, key, depth + 1));
  }
  if (!isRecord(value)) {
    return value;
  }
  const named = value['name'] ?? value['key'];
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      masked(entry, typeof named === 'string' && name === 'value' ? named : name, depth + 1),
    ]),
  );
}
