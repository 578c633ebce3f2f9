/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset behind the last character of the line that holds `offset`, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  if (feed === -1) return text.length;
  return text[feed - 1] === '\r' && feed > offset ? feed - 1 : feed;
}

/** Offset of the first character of the next line; the end of the text where there is none. */
export function nextLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  return feed === -1 ? text.length : feed + 1;
}

/** The white space that the line of `offset` starts with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

/** The white space that a line begins with, when only white space stands before `offset` in it. */
export function indentBefore(text: string, offset: number): string | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** The line break used nearest to `offset`, looking back first: files with mixed ones exist. */
export function lineBreakAt(text: string, offset: number): '\n' | '\r\n' {
  const back = text.lastIndexOf('\n', offset - 1);
  const feed = back === -1 ? text.indexOf('\n', offset) : back;
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n';
}
