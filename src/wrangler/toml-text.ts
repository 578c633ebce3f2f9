import { isNewTable, type NewPlain, type NewTable, type NewValue } from './changes.js';
import type { TomlKeyValue } from './toml-index.js';

type Member = readonly [string, NewValue];

/** JSON output that is also valid TOML: numbers, booleans, basic strings, lists of strings. */
export function plainText(value: NewPlain): string {
  return typeof value === 'object'
    ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]`
    : JSON.stringify(value);
}

/** ` = ` or `=`, as in the neighbour. Aligned columns are not copied. */
export function equalsSign(body: string, neighbour: TomlKeyValue | undefined): string {
  if (neighbour === undefined) return ' = ';
  return body.slice(neighbour.key.range[1], neighbour.value.range[0]) === '=' ? '=' : ' = ';
}

/** A key, bare where the grammar allows it (https://toml.io/en/v1.0.0#keys). */
export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

/** `traces = { enabled = true }`, always on one line. */
export function inlineMember([key, value]: Member, equals: string): string {
  if (!isNewTable(value)) return tomlKey(key) + equals + plainText(value);
  const members = Object.entries(value).map((member) => inlineMember(member, equals));
  return `${tomlKey(key)}${equals}{ ${members.join(', ')} }`;
}

/** `traces.enabled = true` and so on: one line for each scalar, with `prefix` before it if given. */
export function dottedLines(prefix: string, [key, value]: Member, equals: string): string[] {
  const name = prefix === '' ? tomlKey(key) : `${prefix}.${tomlKey(key)}`;
  if (!isNewTable(value)) return [name + equals + plainText(value)];
  return Object.entries(value).flatMap((member) => dottedLines(name, member, equals));
}

/** Separates a table's scalars and its tables, because tables need headers. */
export function parted(table: NewTable): { scalars: [string, NewPlain][]; tables: [string, NewTable][] } {
  const scalars: [string, NewPlain][] = [];
  const tables: [string, NewTable][] = [];
  for (const [key, value] of Object.entries(table)) {
    if (isNewTable(value)) tables.push([key, value]);
    else scalars.push([key, value]);
  }
  return { scalars, tables };
}
