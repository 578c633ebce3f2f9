import type { Edit } from '../core/edits.js';
import { indentBefore, lineBreakAt, lineEnd, lineStart, nextLine } from '../text/lines.js';
import type { ConfigPath, NewTable } from './changes.js';
import type { TomlHeader, TomlProgram } from './toml-index.js';
import { equalsSign, parted, plainText, tomlKey } from './toml-text.js';

/**
 * Adds new tables at the end of the file. A header at any other place could take lines from another table.
 */
export function appendTables(
  body: string,
  program: TomlProgram,
  members: readonly (readonly [string, NewTable])[],
): Edit {
  return atEnd(body, program, (style) =>
    members.flatMap(([key, table]) => tables(tomlKey(key), table, style)),
  );
}

/** `[[services]]` and its lines, at the end of the file. */
export function appendEntry(body: string, program: TomlProgram, path: ConfigPath, entry: NewTable): Edit {
  const name = path.map(tomlKey).join('.');
  return atEnd(body, program, (style) => {
    const [first = '', ...lines] = tables(name, entry, style);
    return [first.replace(`[${name}]`, `[[${name}]]`), ...lines];
  });
}

function atEnd(body: string, program: TomlProgram, write: (style: TableStyle) => string[]): Edit {
  const like = program.body[0].body.findLast((item) => item.type === 'TOMLTable');
  const sample = like?.body.at(-1) ?? program.body[0].body.findLast((item) => item.type === 'TOMLKeyValue');
  const equals = equalsSign(body, sample);
  const place = lineEnd(body, body.trimEnd().length);
  const feed = lineBreakAt(body, place);
  const gap = between(body, program, feed);
  const text = write({ feed, equals, indent: '', inner: '' }).join(gap);
  return { start: place, end: place, text: place === 0 ? text + feed : gap + text };
}

/** The place for a table after `header`'s lines, and the separator between tables there. */
export function placeOfTablesAfter(
  body: string,
  program: TomlProgram,
  header: TomlHeader,
): { offset: number; gap: string } {
  const last = header.body.at(-1);
  let offset = lineEnd(body, last?.range[1] ?? header.key.range[1]);
  const feed = lineBreakAt(body, lineStart(body, offset));
  // Comment lines directly below belong to the table. If the next header follows directly, they belong to
  // that.
  const comments = /^(?:\r?\n[ \t]*#[^\r\n]*)+(?=\r?\n[ \t]*(?:\r?\n|$)|\r?\n?$)/.exec(body.slice(offset));
  offset += comments?.[0].length ?? 0;
  return { offset, gap: between(body, program, feed) };
}

/** `[name]` and its lines in the style of `like`, without a line break at either end. */
export function tableLines(body: string, like: TomlHeader, name: string, table: NewTable): string {
  const indent = indentBefore(body, like.range[0]) ?? '';
  const last = like.body.at(-1);
  const inner = last === undefined ? indent : (indentBefore(body, last.range[0]) ?? indent);
  const feed = lineBreakAt(body, lineStart(body, like.range[0]));
  return tables(name, table, { feed, equals: equalsSign(body, last), indent, inner }).join(feed + feed);
}

interface TableStyle {
  readonly feed: string;
  readonly equals: string;
  readonly indent: string;
  readonly inner: string;
}

function tables(name: string, table: NewTable, style: TableStyle): string[] {
  const { scalars, tables: nested } = parted(table);
  const lines = scalars.map(([key, value]) => style.inner + tomlKey(key) + style.equals + plainText(value));
  const own = [`${style.indent}[${name}]`, ...lines].join(style.feed);
  return [own, ...nested.flatMap(([key, inner]) => tables(`${name}.${tomlKey(key)}`, inner, style))];
}

/** A blank line between tables, unless this file never leaves one. */
function between(body: string, program: TomlProgram, feed: string): string {
  const headers = program.body[0].body.filter((item) => item.type === 'TOMLTable' && item.range[0] > 0);
  const tight = headers.length > 0 && headers.every((header) => !blankBefore(body, header.range[0]));
  return tight ? feed : feed + feed;
}

/** True if a blank line precedes the line before, or the comment lines before. */
function blankBefore(body: string, offset: number): boolean {
  let start = lineStart(body, offset);
  while (start > 0) {
    const previous = lineStart(body, start - 1);
    const line = body.slice(previous, nextLine(body, previous)).trim();
    if (!line.startsWith('#')) return line === '';
    start = previous;
  }
  return true;
}
