import { type ConfigChange, isNewTable, type NewTable, type NewValue } from './changes.js';
import { tomlKey } from './toml-text.js';

interface Tree {
  [key: string]: NewValue | string[] | Tree;
}

function treeOf(changes: readonly ConfigChange[]): Tree {
  const tree: Tree = {};
  for (const change of changes) {
    let table = tree;
    for (const key of change.path.slice(0, -1)) {
      table[key] ??= {};
      table = table[key] as Tree;
    }
    table[change.path.at(-1) ?? ''] = change.kind === 'append' ? [...change.values] : change.value;
  }
  return tree;
}

/** The changes as members of a JSON object, without the outermost braces, which the config already has. */
export function asJsonMembers(changes: readonly ConfigChange[]): string {
  return JSON.stringify(treeOf(changes), null, 2)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice(2))
    .join('\n');
}

/** The changes as tables of TOML. */
export function asTomlTables(changes: readonly ConfigChange[]): string {
  return tomlTables(treeOf(changes), []).join('\n\n');
}

function tomlTables(table: Tree | NewTable, path: readonly string[]): string[] {
  const lines: string[] = [];
  const below: string[] = [];
  for (const [key, value] of Object.entries(table)) {
    if (isNewTable(value as NewValue)) below.push(...tomlTables(value as Tree, [...path, key]));
    else lines.push(`${tomlKey(key)} = ${JSON.stringify(value)}`);
  }
  const header = path.length > 0 ? [`[${path.map(tomlKey).join('.')}]`] : [];
  const own = lines.length > 0 ? [[...header, ...lines].join('\n')] : [];
  return [...own, ...below];
}
