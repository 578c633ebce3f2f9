import type { Edit } from '../core/edits.js';
import { indentBefore, lineBreakAt } from '../text/lines.js';
import { NoPlaceError } from './no-place-error.js';
import type { TomlContent, TomlProgram } from './toml-index.js';

/** Appends strings to a list, with the quotes and line breaks of its items. */
export function appendElements(
  body: string,
  program: TomlProgram,
  array: TomlContent,
  values: readonly string[],
): Edit[] {
  if (array.type !== 'TOMLArray') throw new NoPlaceError('no list to append to');
  const last = array.elements.at(-1);
  if (last === undefined) {
    const open = array.range[0] + 1;
    return [{ start: open, end: open, text: values.map((value) => quoted(value, '"')).join(', ') }];
  }
  const items = values.map((value) => quoted(value, body[last.range[0]] === "'" ? "'" : '"'));
  const indent = indentBefore(body, last.range[0]);
  const end = last.range[1];
  if (indent === undefined) return [{ start: end, end, text: items.map((item) => `, ${item}`).join('') }];

  const next = program.tokens.find((token) => token.range[0] >= end);
  const comma = next?.value === ',' ? next.range[1] : undefined;
  const comment = program.comments.find(({ range }) => {
    return range[0] >= (comma ?? end) && /^[ \t]*$/.test(body.slice(comma ?? end, range[0]));
  });
  const place = comment?.range[1] ?? comma ?? end;
  const lead = lineBreakAt(body, last.range[0]) + indent;
  const text = items.map((item) => lead + item).join(',');
  if (comma !== undefined) return [{ start: place, end: place, text: `${text},` }];
  if (place === end) return [{ start: end, end, text: `,${text}` }];
  return [
    { start: end, end, text: ',' },
    { start: place, end: place, text },
  ];
}

/** Names of secrets contain no quotes or backslashes, so a literal string works. */
function quoted(value: string, quote: '"' | "'"): string {
  return quote === "'" && !value.includes("'") ? `'${value}'` : JSON.stringify(value);
}
