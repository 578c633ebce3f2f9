import { deletion, type Edit, insertion } from '../core/edits.js';
import { LANGFUSE_KEYS } from './langfuse-keys.js';

const BASE_URL = 'LANGFUSE_BASE_URL';

/** A line of a dotenv file that sets one of the Langfuse keys. */
export interface KeyValue {
  readonly name: string;
  /**
   * `local` is written by `init --local` and is not secret. `example` is what `init` writes to an example file, which
   * people copy; an address is one only next to keys that are not set.
   */
  readonly state: 'empty' | 'local' | 'example' | 'set';
  readonly local: string;
  /** Position of the value, inside its quotes. */
  readonly start: number;
  readonly end: number;
}

export function keyValues(text: string): KeyValue[] {
  const values = LANGFUSE_KEYS.flatMap(({ name, local, example }) => {
    const line = new RegExp(
      `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s#"']*))`,
      'dgm',
    );
    return [...text.matchAll(line)].map((match) => {
      const group = [1, 2, 3].find((index) => match[index] !== undefined) ?? 3;
      const value = match[group] ?? '';
      const [start, end] = match.indices?.[group] ?? [0, 0];
      const state: KeyValue['state'] =
        value === '' ? 'empty' : value === local ? 'local' : value === example ? 'example' : 'set';
      return { name, state, local, start, end };
    });
  });
  return values.some(({ name, state }) => state === 'set' && name !== BASE_URL)
    ? values.map((value) =>
        value.name === BASE_URL && value.state === 'example' ? { ...value, state: 'set' } : value,
      )
    : values;
}

/** Fills empty values with those of the receiver on this machine. */
export function fillLocal(text: string): Edit[] {
  return keyValues(text)
    .filter(({ state }) => state === 'empty')
    .map(({ start, local }) => insertion(start, local));
}

/** Removes exactly these values. */
export function clearLocal(text: string): Edit[] {
  return keyValues(text)
    .filter(({ state }) => state === 'local')
    .map(({ start, end }) => deletion(start, end));
}
