import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { type Edit, insertion } from '../core/edits.js';
import { indentAt } from './lines.js';
import { styleOf } from './style.js';

/**
 * Insertions that add string members to a JSON object. A sorted object stays sorted. Existing members stay
 * unchanged.
 * @param section name of a member of the top-level object; it is added where it is missing
 */
export function addMembers(text: string, section: string, members: Readonly<Record<string, string>>): Edit[] {
  const root = parseTree(text);
  if (root?.type !== 'object') return [];
  const target = findNodeAtLocation(root, [section]);
  const wanted = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!target) {
    const style = styleOf(text);
    const lines = wanted.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    const indent = style.indent.repeat(2);
    const object = text.includes('\n')
      ? `{${style.eol}${lines.map((line) => indent + line).join(`,${style.eol}`)}${style.eol}${style.indent}}`
      : `{ ${lines.join(', ')} }`;
    return insertMember(text, root, `${JSON.stringify(section)}: ${object}`, properties(root).length);
  }
  if (target.type !== 'object') return [];
  const present = properties(target);
  const missing = wanted.filter(([key]) => !present.some((property) => keyOf(property) === key));
  const sorted = present.every(
    (property, index) => index === 0 || keyOf(present[index - 1]) <= keyOf(property),
  );
  const places = new Map<number, string[]>();
  for (const [key, value] of missing) {
    const next = sorted ? present.findIndex((property) => keyOf(property) > key) : -1;
    const index = next === -1 ? present.length : next;
    const line = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    places.set(index, [...(places.get(index) ?? []), line]);
  }
  return [...places].flatMap(([index, lines]) => insertMember(text, target, lines, index));
}

function insertMember(text: string, object: Node, lines: string | readonly string[], index: number): Edit[] {
  const { eol, indent } = styleOf(text);
  const all = [lines].flat();
  const present = properties(object);
  const before = present[index - 1];
  const after = present[index];
  const isOneLine = !text.slice(object.offset, object.offset + object.length).includes('\n');
  const anchor = before ?? after;
  const separator = isOneLine && anchor ? ' ' : eol + (anchor ? indentAt(text, anchor.offset) : '');
  if (before) {
    return [insertion(before.offset + before.length, all.map((line) => `,${separator}${line}`).join(''))];
  }
  if (after) return [insertion(after.offset, all.map((line) => `${line},${separator}`).join(''))];
  const base = indentAt(text, object.offset);
  const inner = all.map((line) => eol + base + indent + line).join(',');
  return [insertion(object.offset + 1, `${inner}${eol}${base}`)];
}

function properties(object: Node): Node[] {
  return object.children ?? [];
}

function keyOf(property: Node | undefined): string {
  return String(property?.children?.[0]?.value ?? '');
}
