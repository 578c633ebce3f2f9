import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Edit } from '../core/edits.js';
import { ConfigSyntaxError } from '../core/errors.js';
import { lineAt } from '../core/findings.js';
import { behindByteOrderMark, shifted } from './byte-order-mark.js';
import { asJsonMembers } from './change-tree.js';
import type { ConfigChange, ConfigPath } from './changes.js';
import type { ConfigFormat, ConfigSource, ConfigTable, ParsedConfig } from './format.js';
import { addElements, addEntry, addMembers, type NewMember } from './jsonc-edits.js';
import { NoPlaceError } from './no-place-error.js';

/** `.json` and `.jsonc` have one reader, because Wrangler accepts comments and trailing commas in both. */
export function jsonFormat(id: 'json' | 'jsonc'): ConfigFormat {
  return { id, parse, snippet: asJsonMembers };
}

function parse({ path, text }: ConfigSource): ParsedConfig {
  const { body, shift } = behindByteOrderMark(text);
  const errors: ParseError[] = [];
  const root = parseTree(body, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined || root === undefined) {
    const what = first === undefined ? 'the file is empty' : words(printParseErrorCode(first.error));
    throw new ConfigSyntaxError(
      `${path} can't be read: ${what}.`,
      'Fix that line, then run the command again.',
      {
        file: path,
        // An error at the end of the file belongs to the last non-empty line.
        line: lineAt(body, Math.min(first?.offset ?? 0, body.trimEnd().length)),
      },
    );
  }
  if (root.type !== 'object') {
    throw new ConfigSyntaxError(`${path} contains no object.`, 'Put the settings between { and }.', {
      file: path,
      line: lineAt(body, root.offset),
    });
  }
  return {
    // The library's objects have no prototype; a clone's are ordinary ones.
    value: structuredClone(getNodeValue(root)) as ConfigTable,
    lineOf: (where) => lineAt(body, nearest(root, where).offset),
    edits: (changes) => shifted(editsFor(body, root, changes), shift),
  };
}

function words(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function editsFor(body: string, root: Node, changes: readonly ConfigChange[]): Edit[] {
  const edits: Edit[] = [];
  const additions = new Map<Node, NewMember[]>();
  for (const change of changes) {
    if (change.kind === 'add') {
      const parent = at(root, change.path.slice(0, -1), 'object');
      const members = additions.get(parent) ?? [];
      additions.set(parent, [...members, [change.path.at(-1) ?? '', change.value]]);
    } else if (change.kind === 'set') {
      const node = at(root, change.path);
      const end = node.offset + node.length;
      edits.push({ start: node.offset, end, text: JSON.stringify(change.value) });
    } else if (change.kind === 'entry') {
      const parent = at(root, change.path.slice(0, -1), 'object');
      const key = change.path.at(-1) ?? '';
      const list = property(parent, key)?.children?.[1];
      if (list === undefined)
        additions.set(parent, [...(additions.get(parent) ?? []), [key, [change.value]]]);
      else edits.push(...addEntry(body, root, at(root, change.path, 'array'), change.value));
    } else {
      edits.push(...addElements(body, root, at(root, change.path, 'array'), change.values));
    }
  }
  for (const [parent, members] of additions) edits.push(...addMembers(body, root, parent, members));
  return edits;
}

/** If a key occurs several times, the last one counts. */
function property(object: Node, key: string): Node | undefined {
  return object.children?.findLast((child) => child.children?.[0]?.value === key);
}

function at(root: Node, path: ConfigPath, type?: Node['type']): Node {
  let node: Node | undefined = root;
  for (const key of path) node = node?.type === 'object' ? property(node, key)?.children?.[1] : undefined;
  if (node === undefined || (type !== undefined && node.type !== type)) {
    throw new NoPlaceError(`no ${type ?? 'value'} at ${path.join('.')}`);
  }
  return node;
}

function nearest(root: Node, path: ConfigPath): Node {
  let found = root;
  let node: Node | undefined = root;
  for (const key of path) {
    const next: Node | undefined = node?.type === 'object' ? property(node, key) : undefined;
    if (next === undefined) break;
    found = next;
    node = next.children?.[1];
  }
  return found;
}
