import type { ConfigFormat } from '../core/plan.js';
import { type ConfigChange, isNewTable, type NewTable, type NewValue } from './changes.js';
import { tomlKey } from './toml-text.js';

/** The changes as text to paste, for a config that can't be spliced. */
export function pastedSnippet(format: ConfigFormat, changes: readonly ConfigChange[]): string {
  const tree: Tree = {};
  for (const change of changes) {
    let table = tree;
    for (const key of change.path.slice(0, -1)) {
      table[key] ??= {};
      table = table[key] as Tree;
    }
    table[change.path.at(-1) ?? ''] = change.kind === 'append' ? [...change.values] : change.value;
  }
  return format === 'toml' ? tomlTables(tree, []).join('\n\n') : inner(JSON.stringify(tree, null, 2));
}

interface Tree {
  [key: string]: NewValue | string[] | Tree;
}

/** Members without the outermost braces, which the config already has. */
function inner(json: string): string {
  return json
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice(2))
    .join('\n');
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
