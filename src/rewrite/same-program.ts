import { SourceSyntaxError } from '../core/errors.js';
import { ts, walk } from '../tools/syntax/syntax.js';
import { readWritten, type WrittenFile } from './written-file.js';

/**
 * Whether a formatter left a file's program and our wrappers in it as they were: the same names and literals in the same
 * order (imports aside, which it may sort), and the same wrappers.
 */
export function isSameProgram(path: string, before: string, after: string): boolean {
  try {
    const [one, other] = [readWritten(path, before), readWritten(path, after)];
    return wordsOf(one) === wordsOf(other) && wrappersOf(one) === wrappersOf(other);
  } catch (error) {
    if (error instanceof SourceSyntaxError) return false;
    throw error;
  }
}

/** The same for the user's code alone: whether two texts are equal except for our code and formatting. */
export function hasSameCode(path: string, before: string, after: string): boolean {
  try {
    return wordsOf(readWritten(path, before)) === wordsOf(readWritten(path, after));
  } catch (error) {
    if (error instanceof SourceSyntaxError) return false;
    throw error;
  }
}

/** Only the user's code: a formatter may move ours to separate lines. */
function wordsOf({ original }: WrittenFile): string {
  const words: string[] = [];
  walk(original, (node) => {
    if (ts.isImportDeclaration(node)) return false;
    // `{ run: run }` reads as `{ run }`.
    if (ts.isShorthandPropertyAssignment(node)) words.push(node.name.text);
    if (ts.isIdentifier(node) || ts.isLiteralExpression(node)) words.push(node.text);
    if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) words.push(node.text);
    return true;
  });
  return JSON.stringify(words);
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
