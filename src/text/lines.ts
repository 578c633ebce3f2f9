/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset after the last character of the line that holds `offset`, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  if (feed === -1) return text.length;
  return text[feed - 1] === '\r' && feed > offset ? feed - 1 : feed;
}

/** Offset of the first character of the next line, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  return feed === -1 ? text.length : feed + 1;
}

/** The white space that the line of `offset` starts with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

/** The indentation of a line, if only white space precedes `offset`. */
export function indentBefore(text: string, offset: number): string | undefined {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** The nearest line break, first before `offset`, then after it. Some files mix several kinds. */
export function lineBreakAt(text: string, offset: number): '\n' | '\r\n' {
  const back = text.lastIndexOf('\n', offset - 1);
  const feed = back === -1 ? text.indexOf('\n', offset) : back;
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n';
}

/**
 * One level of indentation near `offset`. It is the extra indentation of the next deeper line, or of this
 * line over its parent.
 * @param usual default of the file if no neighbour shows it
 */
export function levelAt(text: string, offset: number, usual: string): string {
  const base = indentAt(text, offset);
  const inner = stepToDeeperLine(text, offset, base);
  if (inner !== undefined) return inner;
  const outer = stepFromParentLine(text, offset, base);
  if (outer !== undefined) return outer;
  return base.startsWith('\t') ? '\t' : usual;
}

/** More distant lines may have another style. */
const LINES_AROUND = 40;

function stepToDeeperLine(text: string, offset: number, base: string): string | undefined {
  let at = nextLine(text, offset);
  for (let count = 0; count < LINES_AROUND && at < text.length; count += 1) {
    const indent = indentAt(text, at);
    const isBlank = text.slice(at, nextLine(text, at)).trim() === '';
    if (!isBlank && !indent.startsWith(base)) return undefined;
    if (!isBlank && indent.length > base.length) return plainLevel(indent.slice(base.length));
    if (!isBlank && indent.length < base.length) return undefined;
    at = nextLine(text, at);
  }
  return undefined;
}

function stepFromParentLine(text: string, offset: number, base: string): string | undefined {
  let at = lineStart(text, offset);
  for (let count = 0; count < LINES_AROUND && at > 0; count += 1) {
    at = lineStart(text, at - 1);
    const indent = indentAt(text, at);
    const isBlank = text.slice(at, nextLine(text, at)).trim() === '';
    if (isBlank || indent.length >= base.length) continue;
    return base.startsWith(indent) ? plainLevel(base.slice(indent.length)) : undefined;
  }
  return undefined;
}

/** A tab, or the spaces of one level; aligned text does not count. */
function plainLevel(indent: string): string | undefined {
  if (indent.startsWith('\t')) return '\t';
  return /^ {2,8}$/.test(indent) ? indent : undefined;
}
