import { createScanner, type Node, type SyntaxKind } from 'jsonc-parser';
import type { Edit } from '../core/edits.js';
import { indentAt, indentBefore, lineBreakAt } from '../text/lines.js';
import { isNewTable, type NewValue } from './changes.js';

// The library's enum is a `const`, which single-file compilation can't read.
const COMMA: SyntaxKind = 5;
const LINE_COMMENT: SyntaxKind = 12;
const BLOCK_COMMENT: SyntaxKind = 13;
const SPACE: SyntaxKind = 15;

/** The style of the neighbours, which new items follow. */
interface Style {
  /** Line break and indentation of one item; undefined if all are on one line. */
  readonly newLine: string | undefined;
  readonly unit: string;
  readonly colon: string;
  /** The text between two items on one line. */
  readonly comma: string;
  /** The text inside the braces on one line. */
  readonly pad: string;
  readonly trailingComma: boolean;
}

type Entry = Readonly<Record<string, string>>;
/** A key and its value, which may be a list of tables. */
export type NewMember = readonly [string, NewValue | readonly Entry[]];

export function addMembers(body: string, root: Node, object: Node, members: readonly NewMember[]): Edit[] {
  return addItems(body, root, object, (style) => members.map((member) => written(member, style)));
}

export function addElements(body: string, root: Node, array: Node, values: readonly string[]): Edit[] {
  return addItems(body, root, array, () => values.map((value) => JSON.stringify(value)));
}

export function addEntry(body: string, root: Node, array: Node, entry: Entry): Edit[] {
  return addItems(body, root, array, (style) => [
    writtenValue(entry, { ...style, pad: style.colon === ':' ? '' : ' ' }),
  ]);
}

function addItems(body: string, root: Node, container: Node, write: (style: Style) => string[]): Edit[] {
  const last = container.children?.at(-1);
  if (last === undefined) return fillEmpty(body, root, container, write);

  const valueEnd = last.offset + last.length;
  const comma = commaAfter(body, valueEnd);
  const trailing = commentsOnLine(body, comma ?? valueEnd);
  const style = styleOf(body, root, container, comma !== undefined);
  const items = write(style);
  if (style.newLine === undefined) {
    const text = items.join(style.comma);
    if (comma !== undefined) return [{ start: comma, end: comma, text: `${style.comma.slice(1)}${text},` }];
    // Insert after a block comment, which belongs to the value before it. After a line comment, the text
    // would become a part of it.
    const place = trailing.toLineEnd ? valueEnd : trailing.end;
    return [{ start: place, end: place, text: style.comma + text }];
  }
  const added = items.map((item) => style.newLine + item).join(',');
  if (comma !== undefined) return [{ start: trailing.end, end: trailing.end, text: `${added},` }];
  if (trailing.end === valueEnd) return [{ start: valueEnd, end: valueEnd, text: `,${added}` }];
  return [
    { start: valueEnd, end: valueEnd, text: ',' },
    { start: trailing.end, end: trailing.end, text: added },
  ];
}

function fillEmpty(body: string, root: Node, container: Node, write: (style: Style) => string[]): Edit[] {
  const open = container.offset + 1;
  const inner = body.slice(open, container.offset + container.length - 1);
  const breaks = inner.includes('\n');
  const rootStyle = styleOf(body, root, root, false);
  if (!breaks && (inner !== '' || rootStyle.newLine === undefined)) {
    const style = { ...rootStyle, newLine: undefined };
    const items = write(style).join(style.comma);
    return [{ start: open, end: open, text: style.pad + items + (inner === '' ? style.pad : '') }];
  }
  const indent = indentAt(body, container.offset);
  const outer = lineBreakAt(body, open) + indent;
  const style = { ...rootStyle, newLine: outer + rootStyle.unit };
  const start = breaks ? commentsOnLine(body, open).end : open;
  const added = write(style)
    .map((item) => style.newLine + item)
    .join(',');
  return [{ start, end: start, text: breaks ? added : added + outer }];
}

function written([key, value]: NewMember, style: Style): string {
  return `${JSON.stringify(key)}${style.colon}${writtenValue(value, style)}`;
}

function writtenValue(value: NewValue | readonly Entry[], style: Style): string {
  if (isEntries(value)) return writtenEntries(value, style);
  const { newLine } = style;
  if (Array.isArray(value)) {
    const comma = newLine === undefined ? style.comma : ', ';
    return `[${value.map((one) => JSON.stringify(one)).join(comma)}]`;
  }
  if (!isNewTable(value)) return JSON.stringify(value);
  if (newLine === undefined) {
    const members = Object.entries(value).map((member) => written(member, style));
    return `{${style.pad}${members.join(style.comma)}${style.pad}}`;
  }
  const inside = { ...style, newLine: newLine + style.unit };
  const members = Object.entries(value).map((member) => inside.newLine + written(member, inside));
  return `{${members.join(',')}${style.trailingComma ? ',' : ''}${newLine}}`;
}

function isEntries(value: NewValue | readonly Entry[]): value is readonly Entry[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'object');
}

function writtenEntries(entries: readonly Entry[], style: Style): string {
  const { newLine } = style;
  if (newLine === undefined) return `[${entries.map((one) => writtenValue(one, style)).join(style.comma)}]`;
  const inside = { ...style, newLine: newLine + style.unit };
  const items = entries.map((one) => inside.newLine + writtenValue(one, inside));
  return `[${items.join(',')}${style.trailingComma ? ',' : ''}${newLine}]`;
}

function styleOf(body: string, root: Node, container: Node, trailingComma: boolean): Style {
  const items = container.children ?? [];
  const last = items.at(-1);
  const ownLine = items.findLast((item) => indentBefore(body, item.offset) !== undefined);
  const colon = colonOf(body, last) ?? colonOf(body, root.children?.at(-1)) ?? ': ';
  const tight = colon === ':';
  const first = items[0];
  const padding = first === undefined ? undefined : body.slice(container.offset + 1, first.offset);
  const between = items.length > 1 ? /,[ \t]*$/.exec(body.slice(0, last?.offset))?.[0] : undefined;
  return {
    newLine:
      ownLine === undefined
        ? undefined
        : lineBreakAt(body, ownLine.offset) + (indentBefore(body, ownLine.offset) ?? ''),
    unit: indentUnit(body, root),
    colon,
    comma: between ?? (tight ? ',' : ', '),
    pad: padding !== undefined && /^[ \t]*$/.test(padding) ? padding : tight ? '' : ' ',
    trailingComma,
  };
}

function colonOf(body: string, member: Node | undefined): string | undefined {
  const [key, value] = member?.children ?? [];
  if (member?.type !== 'property' || key === undefined || value === undefined) return undefined;
  const gap = body.slice(key.offset + key.length, value.offset);
  return /^[ \t]*:[ \t]*$/.test(gap) ? gap : undefined;
}

function indentUnit(body: string, root: Node): string {
  const indents = root.children?.map((member) => indentBefore(body, member.offset));
  return (
    indents?.find((indent) => indent !== undefined && indent !== '') ??
    /^[ \t]+(?=["{\]}/])/m.exec(body)?.[0] ??
    '  '
  );
}

/** Offset after the comma that follows a value. Comments and line breaks may be between them. */
function commaAfter(body: string, from: number): number | undefined {
  const scanner = createScanner(body, true);
  scanner.setPosition(from);
  return scanner.scan() === COMMA ? scanner.getPosition() : undefined;
}

/** The end of the comments that follow on the same line, and whether a line comment ends the line. */
function commentsOnLine(body: string, from: number): { end: number; toLineEnd: boolean } {
  const scanner = createScanner(body);
  scanner.setPosition(from);
  let end = from;
  for (let kind = scanner.scan(); ; kind = scanner.scan()) {
    if (kind === SPACE) continue;
    if (kind !== LINE_COMMENT && kind !== BLOCK_COMMENT) return { end, toLineEnd: false };
    end = scanner.getPosition();
    if (kind === LINE_COMMENT) return { end, toLineEnd: true };
  }
}
