import type { AST } from 'toml-eslint-parser';
import type { ConfigPath } from './changes.js';

export type TomlProgram = AST.TOMLProgram;
export type TomlHeader = AST.TOMLTable;
export type TomlKeyValue = AST.TOMLKeyValue;
export type TomlContent = AST.TOMLContentNode;
export type TomlKey = AST.TOMLKey;

/** All notations of one path. TOML has several ways to write a table. */
export interface TomlEntry {
  /** `[path]` */
  header: TomlHeader | undefined;
  /** `path = value`, in a table, at the top or inside an inline table. */
  keyValue: TomlKeyValue | undefined;
  /** `path.more = value`. `depth` is the number of its keys that lead to the path. */
  readonly dotted: { readonly keyValue: TomlKeyValue; readonly depth: number }[];
  /** `[path.more]` and `[[path.more]]`, in the order written. */
  readonly below: TomlHeader[];
}

export interface TomlIndex {
  at(path: ConfigPath): TomlEntry | undefined;
}

/** Finds the place of every value that has a path of names. Elements in lists of tables have none. */
export function indexToml(program: TomlProgram): TomlIndex {
  const entries = new Map<string, TomlEntry>();
  const entry = (path: ConfigPath): TomlEntry => {
    const id = JSON.stringify(path);
    const known = entries.get(id) ?? { header: undefined, keyValue: undefined, dotted: [], below: [] };
    entries.set(id, known);
    return known;
  };
  const visit = (keyValue: TomlKeyValue, base: ConfigPath): void => {
    const names = keyNames(keyValue.key);
    for (let depth = 1; depth < names.length; depth += 1) {
      entry([...base, ...names.slice(0, depth)]).dotted.push({ keyValue, depth });
    }
    const path = [...base, ...names];
    entry(path).keyValue = keyValue;
    if (keyValue.value.type === 'TOMLInlineTable')
      for (const inner of keyValue.value.body) visit(inner, path);
  };
  for (const item of program.body[0].body) {
    if (item.type === 'TOMLKeyValue') {
      visit(item, []);
      continue;
    }
    const path = item.resolvedKey.filter((key) => typeof key === 'string');
    for (let depth = 1; depth < path.length; depth += 1) entry(path.slice(0, depth)).below.push(item);
    if (path.length !== item.resolvedKey.length) continue;
    entry(path).header = item;
    for (const keyValue of item.body) visit(keyValue, path);
  }
  return { at: (path) => entries.get(JSON.stringify(path)) };
}

function keyNames(key: TomlKey): string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

/** The first `depth` parts of a key as written, with their quotes. */
export function keyText(body: string, key: TomlKey, depth: number): string {
  return body.slice(key.keys[0]?.range[0], key.keys[depth - 1]?.range[1]);
}
