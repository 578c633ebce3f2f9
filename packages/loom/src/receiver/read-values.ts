import { isRecord } from '../json-values.js';
import { jsonOrText } from './attributes.js';
import { cleanName } from './limits.js';

/** As Langfuse stores it: in lower case, without the prefix that Langfuse reserves. */
export function readEnvironment(name: string | undefined): string | undefined {
  return name?.toLowerCase().replace(/^(langfuse[-_]?)+/, '') || undefined;
}

/** `<prefix>` is an object as JSON, `<prefix>.<key>` one entry. Both occur. */
export function metadataUnder(
  attributes: Readonly<Record<string, unknown>>,
  prefix: string,
): [string, unknown][] {
  const whole = jsonOrText(attributes[prefix]);
  return [
    ...(isRecord(whole)
      ? Object.entries(whole)
      : // Metadata that is not an object, or was too large to parse, is kept too.
        whole === undefined || whole === null
        ? []
        : [['metadata', whole] satisfies [string, unknown]]),
    ...Object.entries(attributes)
      .filter(([key]) => key.startsWith(`${prefix}.`))
      .map(([key, value]): [string, unknown] => [key.slice(prefix.length + 1), jsonOrText(value)]),
  ];
}

export function asRecord(value: unknown): Record<string, unknown> | null {
  const decoded = jsonOrText(value);
  return isRecord(decoded) ? decoded : null;
}

/** The entries that are numbers. */
export function asNumbers(value: unknown): Record<string, number> | null {
  const record = asRecord(value);
  if (!record) {
    return null;
  }
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** A list, a list as JSON, one tag, or several with commas between them. */
export function readTags(value: unknown): string[] | undefined {
  const list = typeof value === 'string' ? value.split(',').map((tag) => tag.trim()) : value;
  return Array.isArray(list)
    ? list.map((tag) => cleanName(typeof tag === 'string' ? tag : JSON.stringify(tag)))
    : undefined;
}

/** A copy without the keys that have no value. */
export function withoutUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
