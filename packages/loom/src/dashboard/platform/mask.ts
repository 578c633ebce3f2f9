import { MASKED, maskText, SECRET_KEY } from '@create-something/observability/mask';

/** Sign-ins carry their codes there, and the platform records URLs whole. */
const QUERY = /^([a-z][a-z\d+.-]*:\/\/[^\s?#]*)\?[^\s#]+/i;

/** What the platform recorded, without query strings and by the rules that our own traces are masked by. */
export function maskAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, maskValue(key, value)]));
}

function maskValue(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value === '') {
    return value;
  }
  if (key === 'url.query' || SECRET_KEY.test(key)) {
    return MASKED;
  }
  return maskText(value.replace(QUERY, `$1?${MASKED}`));
}

export function maskError(error: string | null): string | null {
  return error && maskText(error);
}
