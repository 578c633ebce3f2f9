import { EXIT, LoomError } from '../errors.js';

/** The number in the first mark is of line breaks before it, so that the block can be removed to the byte. */
const END = '<!-- loom:end -->';

/** Adds a block of text at the end, in place of an older one of ours; not a byte of anything else changes. */
export function withBlock(text: string, block: string, path: string): string {
  const without = withoutBlock(text, path);
  const eol = without.includes('\r\n') ? '\r\n' : '\n';
  const breaks = without === '' ? 0 : without.endsWith('\n') ? 1 : 2;
  const body = [`<!-- loom:begin ${breaks} -->`, ...block.split('\n'), END].join(eol);
  return `${without}${eol.repeat(breaks)}${body}${eol}`;
}

/** Cuts our block out again, with what was put around it. */
export function withoutBlock(text: string, path: string): string {
  const begin = /<!-- loom:begin (\d) -->/.exec(text);
  const end = begin ? text.indexOf(END, begin.index) : text.indexOf(END);
  if (!begin && end < 0) {
    return text;
  }
  if (!begin || end < 0) {
    throw new LoomError(
      `${path} holds only one of the two marks of Loom's block.`,
      `Remove the rest of the block by hand, with "<!-- loom:begin" or "${END}". Nothing was changed.`,
      EXIT.conflict,
    );
  }
  let from = begin.index;
  for (let left = Number(begin[1]); left > 0 && text[from - 1] === '\n'; left -= 1) {
    from -= text[from - 2] === '\r' ? 2 : 1;
  }
  const after = /^\r?\n/.exec(text.slice(end + END.length))?.[0].length ?? 0;
  return text.slice(0, from) + text.slice(end + END.length + after);
}
