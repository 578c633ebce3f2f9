import { isSecret, MASKED, maskText } from '@create-something/observability/mask';
import { isRecord } from '../../json-values.js';

/** Query strings may contain sign-in codes. The platform records complete URLs, also in its errors. */
const QUERY = /\b((?:https?|wss?):\/\/[^\s?#]*)\?[^\s#]+/gi;

/** The platform's spans, without query strings and masked with our rules. */
export function maskAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, maskValue(key, value)]));
}

function maskValue(key: string, value: unknown): unknown {
  if (value === '' || value === null || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (key === 'url.query' || isSecret(key, String(value))) {
    return MASKED;
  }
  if (Array.isArray(value)) {
    return value.map((entry) => maskValue(key, entry));
  }
  return isRecord(value) ? maskAttributes(value) : maskFreeText(String(value));
}

/** For other text, such as an error. */
export function maskFreeText(text: string): string {
  return maskText(text.replace(QUERY, `$1?${MASKED}`));
}
