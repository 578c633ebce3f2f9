import { scalarText } from '../attributes.js';

/** The entry that a value of a span names. Senders choose the value, so what every object has is no entry. */
export function named<T>(entries: Readonly<Record<string, T>>, said: unknown): T | undefined {
  const name = scalarText(said);
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}
