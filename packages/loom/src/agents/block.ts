import { EXIT, LoomError } from '../errors.js';

/** How a line of ours begins and ends in a kind of file, and whose block it is. */
export type Marks = readonly [open: string, close: string, owner: string];

export const MARKDOWN: Marks = ['<!-- ', ' -->', 'loom'];
export const TOML: Marks = ['# ', '', 'loom'];

/** Adds a block of text at the end, in place of an older one of ours; not a byte of anything else changes. */
export function withBlock(text: string, block: string, path: string, marks: Marks = MARKDOWN): string {
  const without = withoutBlock(text, path, marks);
  const eol = without.includes('\r\n') ? '\r\n' : '\n';
  // The number in the first mark is of line breaks before it, so that the block can be removed to the byte.
  const breaks = without === '' ? 0 : without.endsWith('\n') ? 1 : 2;
  const [open, close, owner] = marks;
  const body = [`${open}${owner}:begin ${breaks}${close}`, ...block.split('\n'), endMark(marks)].join(eol);
  return `${without}${eol.repeat(breaks)}${body}${eol}`;
}

/** Cuts our block out again, with what was put around it. */
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
      `${path} holds only one of the two marks of ${owner === 'loom' ? "Loom's" : 'our'} block.`,
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
