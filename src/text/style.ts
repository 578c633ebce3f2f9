/** The style of a source file, so that new code matches it. */
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
    // A single space belongs to a comment or a wrapped line. It is not a level.
    if (lead.length > 1 && (smallest === 0 || lead.length < smallest)) smallest = lead.length;
  }
  return ' '.repeat(smallest || 2);
}

/** A string literal with the quote given. */
export function quoted(value: string, quote: '"' | "'"): string {
  const json = JSON.stringify(value);
  if (quote === '"') return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
