import { SourceSyntaxError } from '../core/errors.js';
import { ts, walk } from '../tools/syntax/syntax.js';
import { readWritten, type WrittenFile } from './written-file.js';

/**
 * Returns true if a formatter changed only the layout of a file: names, literals and our wrappers are the same, in
 * the same order. Imports are ignored, because a formatter may sort them.
 */
export function isSameProgram(path: string, before: string, after: string): boolean {
  try {
    const [first, second] = [readWritten(path, before), readWritten(path, after)];
    return tokensOf(first) === tokensOf(second) && wrappersOf(first) === wrappersOf(second);
  } catch (error) {
    if (error instanceof SourceSyntaxError) return false;
    throw error;
  }
}

/** Returns true if two texts differ only in layout and in our code. */
export function hasSameCode(path: string, before: string, after: string): boolean {
  try {
    return tokensOf(readWritten(path, before)) === tokensOf(readWritten(path, after));
  } catch (error) {
    if (error instanceof SourceSyntaxError) return false;
    throw error;
  }
}

/** The names and literals of the user's code. */
function tokensOf({ original }: WrittenFile): string {
  const tokens: string[] = [];
  walk(original, (node) => {
    if (ts.isImportDeclaration(node)) return false;
    // `{ run }` gives the same tokens as `{ run: run }`.
    if (ts.isShorthandPropertyAssignment(node)) tokens.push(node.name.text);
    if (ts.isIdentifier(node) || ts.isLiteralExpression(node)) tokens.push(node.text);
    if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) tokens.push(node.text);
    return true;
  });
  return JSON.stringify(tokens);
}

function wrappersOf({ wrappers }: WrittenFile): string {
  return JSON.stringify(
    wrappers.map(({ task, isTrace, isTasks, isServer, isMessage }) => [
      task,
      isTrace,
      isTasks,
      isServer,
      isMessage,
    ]),
  );
}
