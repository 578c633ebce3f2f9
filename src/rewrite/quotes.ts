import { type SourceFile, ts, walk } from '../tools/syntax/syntax.js';

/** The quote that most strings of a file use. */
export function quoteOf(file: SourceFile): '"' | "'" {
  let single = 0;
  let double = 0;
  walk(file, (node) => {
    if (!ts.isStringLiteral(node) || ts.isJsxAttribute(node.parent)) return;
    const first = file.text[node.getStart()];
    // A string that contains one kind of quote needs the other kind, so it does not count.
    if (first === '"' && !node.text.includes("'")) double += 1;
    if (first === "'" && !node.text.includes('"')) single += 1;
  });
  return double > single ? '"' : "'";
}
