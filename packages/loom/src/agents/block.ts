import { EXIT, LoomError } from '../errors.js';

/** Start and end of our marker lines in a kind of file, and the owner of the block. */
export type Marks = readonly [open: string, close: string, owner: string];

export const MARKDOWN: Marks = ['<!-- ', ' -->', 'loom'];
export const TOML: Marks = ['# ', '', 'loom'];

/** Adds a block of text at the end, or replaces our older one. No other byte changes. */
export function withBlock(text: string, block: string, path: string, marks: Marks = MARKDOWN): string {
  const without = withoutBlock(text, path, marks);
  const eol = without.includes('\r\n') ? '\r\n' : '\n';
  // The first marker has the number of line breaks before it, so that removal restores every byte.
  const breaks = without === '' ? 0 : without.endsWith('\n') ? 1 : 2;
  const [open, close, owner] = marks;
  const body = [`${open}${owner}:begin ${breaks}${close}`, ...block.split('\n'), endMark(marks)].join(eol);
  return `${without}${eol.repeat(breaks)}${body}${eol}`;
}

/** Cuts out our block, with the line breaks around it. */
export function withoutBlock(text: string, path: string, marks: Marks = MARKDOWN): string {
  const [open, close, owner] = marks;
  const mark = endMark(marks);
  const begin = new RegExp(`${open}${owner}:begin (\\d)${close}`).exec(text);
  const end = begin ? text.indexOf(mark, begin.index) : text.indexOf(mark);
  if (!begin && end < 0) {
    return text;
  }
  if (!begin || end < 0) {
    throw new LoomError(
      `${path} has only one of the two markers of ${owner === 'loom' ? "Loom's" : 'our'} block.`,
      `Remove the rest of the block by hand, with "${open}${owner}:begin" or "${mark}". Nothing was changed.`,
      EXIT.conflict,
    );
  }
  let from = begin.index;
  for (let left = Number(begin[1]); left > 0 && text[from - 1] === '\n'; left -= 1) {
    from -= text[from - 2] === '\r' ? 2 : 1;
  }
  const after = /^\r?\n/.exec(text.slice(end + mark.length))?.[0].length ?? 0;
  return text.slice(0, from) + text.slice(end + mark.length + after);
}

function endMark([open, close, owner]: Marks): string {
  return `${open}${owner}:end${close}`;
}
