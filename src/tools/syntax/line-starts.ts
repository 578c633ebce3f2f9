import { type Node, type SourceFile, ts, walk } from './syntax.js';

/**
 * Returns the offsets of the lines between two offsets that may be indented. Blank lines and lines inside a multi-line
 * text are left out.
 */
export function indentedLines(file: SourceFile, start: number, end: number): number[] {
  const { text } = file;
  const fixed: Node[] = [];
  walk(file, (node) => {
    if (node.end < start || node.pos > end) return false;
    if (ts.isTemplateExpression(node) || ts.isStringLiteralLike(node) || ts.isJsxText(node)) fixed.push(node);
    return true;
  });
  const lines: number[] = [];
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    const line = at + 1;
    const isInText = fixed.some((node) => node.getStart() < line && line <= node.end);
    if (!isInText && /^[ \t]*[^\s]/.test(text.slice(line, text.indexOf('\n', line) + 1 || undefined)))
      lines.push(line);
  }
  return lines;
}
