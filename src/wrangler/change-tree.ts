import { type ConfigChange, isNewTable, type NewTable, type NewValue } from './changes.js';
import { tomlKey } from './toml-text.js';

type Entry = Readonly<Record<string, string>>;

interface Tree {
  [key: string]: NewValue | string[] | Tree | Entry[];
}

function treeOf(changes: readonly ConfigChange[]): Tree {
  const tree: Tree = {};
  for (const change of changes) {
    let table = tree;
    for (const key of change.path.slice(0, -1)) {
      table[key] ??= {};
      table = table[key] as Tree;
    }
    table[change.path.at(-1) ?? ''] = plainValue(change);
  }
  return tree;
}

function plainValue(change: ConfigChange): NewValue | string[] | Entry[] {
  if (change.kind === 'append') return [...change.values];
  return change.kind === 'entry' ? [change.value] : change.value;
}

/** The changes as members of a JSON object, without the outer braces, which the config already has. */
export function asJsonMembers(changes: readonly ConfigChange[]): string {
  return JSON.stringify(treeOf(changes), null, 2)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice(2))
    .join('\n');
}

/** The changes as TOML tables. */
export function asTomlTables(changes: readonly ConfigChange[]): string {
  return tomlTables(treeOf(changes), []).join('\n\n');
}

function isEntries(value: unknown): value is Entry[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'object');
}

function entryLines(path: readonly string[], entry: Entry): string {
  const lines = Object.entries(entry).map(([key, value]) => `${tomlKey(key)} = ${JSON.stringify(value)}`);
  return [`[[${path.map(tomlKey).join('.')}]]`, ...lines].join('\n');
}

function tomlTables(table: Tree | NewTable, path: readonly string[]): string[] {
  const lines: string[] = [];
  const below: string[] = [];
  for (const [key, value] of Object.entries(table)) {
    if (isEntries(value)) below.push(...value.map((entry) => entryLines([...path, key], entry)));
    else if (isNewTable(value as NewValue)) below.push(...tomlTables(value as Tree, [...path, key]));
    else lines.push(`${tomlKey(key)} = ${JSON.stringify(value)}`);
  }
  const header = path.length > 0 ? [`[${path.map(tomlKey).join('.')}]`] : [];
  const own = lines.length > 0 ? [[...header, ...lines].join('\n')] : [];
  return [...own, ...below];
}
