import { stripVTControlCharacters } from 'node:util';

/** A narrower terminal is not one that people read on. */
const LEAST_COLUMNS = 40;
/** A command on two lines could not be copied. */
const COMMAND = /\b(?:npx|npm|pnpm|yarn|bun|bunx|node|git) /;
const WORD = /`[^`]*`\S*|\S+/g;

/**
 * Wraps a line at the width of the terminal. Lines with a command stay whole.
 * @param columns undefined for no wrapping
 * @param indent of the lines that come after the first
 */
export function wrapped(line: string, columns: number | undefined, indent: number): string {
  if (columns === undefined || columns < LEAST_COLUMNS || lengthOf(line) <= columns) return line;
  if (COMMAND.test(line.replace(/`[^`]*`/g, ''))) return line;
  const lines: string[] = [];
  let current = /^\s*/.exec(line)?.[0] ?? '';
  let isEmpty = true;
  let end = 0;
  for (const match of line.matchAll(WORD)) {
    const gap = isEmpty ? '' : line.slice(end, match.index);
    end = match.index + match[0].length;
    if (isEmpty || lengthOf(current + gap + match[0]) <= columns) {
      current += gap + match[0];
    } else {
      lines.push(current);
      current = ' '.repeat(indent) + match[0];
    }
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
