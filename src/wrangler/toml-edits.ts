import type { Edit } from '../core/edits.js';
import { indentBefore, lineBreakAt, lineEnd, lineStart } from '../text/lines.js';
import { type ConfigChange, type ConfigPath, isNewTable, type NewTable, type NewValue } from './changes.js';
import { NoPlaceError } from './no-place-error.js';
import { appendElements } from './toml-array.js';
import {
  keyText,
  type TomlHeader,
  type TomlIndex,
  type TomlKeyValue,
  type TomlProgram,
} from './toml-index.js';
import { appendEntry, appendTables, placeOfTablesAfter, tableLines } from './toml-tables.js';
import { dottedLines, equalsSign, inlineMember, plainText } from './toml-text.js';

type Member = readonly [string, NewValue];

/** A separate list, because a line after a new header at the same offset would belong to the new table. */
interface Additions {
  readonly lines: Edit[];
  readonly tables: Edit[];
}

/** The splices for `changes`. Each follows the style of its table. */
export function tomlEdits(
  body: string,
  program: TomlProgram,
  index: TomlIndex,
  changes: readonly ConfigChange[],
): Edit[] {
  const result: Additions = { lines: [], tables: [] };
  const additions = new Map<string, { path: ConfigPath; members: Member[] }>();
  for (const change of changes) {
    if (change.kind === 'add') {
      const path = change.path.slice(0, -1);
      const known = additions.get(JSON.stringify(path)) ?? { path, members: [] };
      known.members.push([change.path.at(-1) ?? '', change.value]);
      additions.set(JSON.stringify(path), known);
      continue;
    }
    if (change.kind === 'entry') {
      // A list that is one value can't also have a header: the result would not parse.
      if (index.at(change.path)?.keyValue) throw new NoPlaceError(`${change.path.join('.')} is one value`);
      result.tables.push(appendEntry(body, program, change.path, change.value));
      continue;
    }
    const value = index.at(change.path)?.keyValue?.value;
    if (value === undefined) throw new NoPlaceError(`no value at ${change.path.join('.')}`);
    if (change.kind === 'set') {
      result.lines.push({ start: value.range[0], end: value.range[1], text: plainText(change.value) });
    } else result.lines.push(...appendElements(body, program, value, change.values));
  }
  for (const { path, members } of additions.values()) {
    const { lines, tables } = add(body, program, index, path, members);
    result.lines.push(...lines);
    result.tables.push(...tables);
  }
  return [...result.lines, ...result.tables];
}

function add(
  body: string,
  program: TomlProgram,
  index: TomlIndex,
  path: ConfigPath,
  members: readonly Member[],
): Additions {
  if (path.length === 0) return intoRoot(body, program, members);
  const entry = index.at(path);
  if (entry?.keyValue !== undefined) return onlyLine(intoInline(body, entry.keyValue, members));
  const dotted = entry?.dotted.at(-1);
  if (dotted !== undefined) return onlyLine(besideDotted(body, dotted.keyValue, dotted.depth, members));
  if (entry?.header !== undefined) return intoHeader(body, program, entry.header, entry.below, members);
  const first = entry?.below[0];
  if (entry === undefined || first === undefined) throw new NoPlaceError(`no table at ${path.join('.')}`);
  return besideImplied(body, program, entry.below, keyText(body, first.key, path.length), members);
}

function onlyLine(edit: Edit): Additions {
  return { lines: [edit], tables: [] };
}

function intoRoot(body: string, program: TomlProgram, members: readonly Member[]): Additions {
  const tables = members.filter(isTableMember);
  const appended = tables.length > 0 ? [appendTables(body, program, tables)] : [];
  const scalars = members.filter((member) => !isTableMember(member));
  if (scalars.length === 0) return { lines: [], tables: appended };
  const last = program.body[0].body.findLast((item) => item.type === 'TOMLKeyValue');
  if (last === undefined) throw new NoPlaceError('no line at the top to follow');
  const lines = scalars.flatMap((member) => dottedLines('', member, equalsSign(body, last)));
  return { lines: [linesAfter(body, last, lines)], tables: appended };
}

/** `observability = { enabled = true }` grows inside its braces. */
function intoInline(body: string, { value }: TomlKeyValue, members: readonly Member[]): Edit {
  if (value.type !== 'TOMLInlineTable') throw new NoPlaceError('no table to add to');
  const last = value.body.at(-1);
  const equals = equalsSign(body, last);
  const text = members.map((member) => inlineMember(member, equals)).join(', ');
  if (last !== undefined) return { start: last.range[1], end: last.range[1], text: `, ${text}` };
  const open = value.range[0] + 1;
  return { start: open, end: open, text: body[open] === '}' ? ` ${text} ` : ` ${text}` };
}

/** `observability.enabled = true` gets more lines or members in the same notation. */
function besideDotted(body: string, sibling: TomlKeyValue, depth: number, members: readonly Member[]): Edit {
  const prefix = keyText(body, sibling.key, depth);
  const lines = members.flatMap((member) => dottedLines(prefix, member, equalsSign(body, sibling)));
  if (sibling.parent.type === 'TOMLInlineTable') {
    return { start: sibling.range[1], end: sibling.range[1], text: `, ${lines.join(', ')}` };
  }
  return linesAfter(body, sibling, lines);
}

function intoHeader(
  body: string,
  program: TomlProgram,
  header: TomlHeader,
  below: readonly TomlHeader[],
  members: readonly Member[],
): Additions {
  const last = header.body.at(-1);
  const equals = equalsSign(body, last);
  const written: string[] = [];
  const tables: [string, NewTable][] = [];
  for (const member of members) {
    const [key, value] = member;
    if (!isNewTable(value)) written.push(...dottedLines('', member, equals));
    else if (below.length === 0 && last?.value.type === 'TOMLInlineTable')
      written.push(inlineMember(member, equals));
    else if (below.length === 0 && (last?.key.keys.length ?? 0) > 1)
      written.push(...dottedLines('', member, equals));
    else tables.push([key, value]);
  }
  const lines = written.length > 0 ? [linesAfter(body, last ?? header, written)] : [];
  if (tables.length === 0) return { lines, tables: [] };
  const name = keyText(body, header.key, header.key.keys.length);
  const place = placeOfTablesAfter(body, program, below.at(-1) ?? header);
  const like = below.at(-1) ?? header;
  const text = tables.map(([key, table]) => tableLines(body, like, `${name}.${key}`, table)).join(place.gap);
  return { lines, tables: [{ start: place.offset, end: place.offset, text: place.gap + text }] };
}

/** Only `[observability.logs]` exists, so `observability` needs its own header for values. */
function besideImplied(
  body: string,
  program: TomlProgram,
  below: readonly TomlHeader[],
  name: string,
  members: readonly Member[],
): Additions {
  const last = below.at(-1) as TomlHeader;
  const scalars = Object.fromEntries(members.filter((member) => !isTableMember(member)));
  const tables = members.filter(isTableMember);
  const place = placeOfTablesAfter(body, program, last);
  const blocks = [
    ...(Object.keys(scalars).length > 0 ? [tableLines(body, last, name, scalars)] : []),
    ...tables.map(([key, table]) => tableLines(body, last, `${name}.${key}`, table)),
  ];
  const text = place.gap + blocks.join(place.gap);
  return { lines: [], tables: [{ start: place.offset, end: place.offset, text }] };
}

function linesAfter(body: string, sibling: TomlKeyValue | TomlHeader, lines: readonly string[]): Edit {
  const end = sibling.type === 'TOMLTable' ? sibling.key.range[1] : sibling.range[1];
  const place = lineEnd(body, end);
  const indent = indentBefore(body, sibling.range[0]) ?? '';
  const feed = lineBreakAt(body, lineStart(body, place));
  return { start: place, end: place, text: lines.map((line) => feed + indent + line).join('') };
}

function isTableMember(member: Member): member is readonly [string, NewTable] {
  return isNewTable(member[1]);
}
