/** How a source file is laid out, so that what is added looks like the rest. */
export interface TextStyle {
  readonly eol: '\n' | '\r\n';
  /** One level of indentation. */
  readonly indent: string;
}

export function styleOf(text: string): TextStyle {
  const newline = text.indexOf('\n');
  return { eol: newline > 0 && text[newline - 1] === '\r' ? '\r\n' : '\n', indent: indentOf(text) };
}

function indentOf(text: string): string {
  let smallest = 0;
  for (const [, lead] of text.matchAll(/^([ \t]+)[^\s*]/gm)) {
    if (!lead) continue;
    if (lead[0] === '\t') return '\t';
    // A single space is a comment's or a wrapped line's, not a level.
    if (lead.length > 1 && (smallest === 0 || lead.length < smallest)) smallest = lead.length;
  }
  return ' '.repeat(smallest || 2);
}

/** The white space that the line of `offset` starts with. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
}

/** The offset just behind the line break that ends the line of `offset`, or the text's end. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

/** A string literal with the quote given. */
export function quoted(value: string, quote: '"' | "'"): string {
  const json = JSON.stringify(value);
  if (quote === '"') return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
