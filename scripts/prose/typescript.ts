import ts from 'typescript';
import { type Passage, withoutCode } from './passage.js';

/** The comments of a file, and its strings and page texts that are sentences. */
export function typescriptPassages(file: string, text: string): Passage[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, scriptKind(file));
  const comments = new Map<number, ts.CommentRange>();
  const messages: Passage[] = [];
  visit(source);
  return [...commentPassages(file, source, [...comments.values()]), ...messages];

  function readComments(position: number): void {
    const leading = ts.getLeadingCommentRanges(text, position) ?? [];
    const trailing = ts.getTrailingCommentRanges(text, position) ?? [];
    for (const range of [...leading, ...trailing]) comments.set(range.pos, range);
  }

  function visit(node: ts.Node): void {
    if (node.kind !== ts.SyntaxKind.JsxText) {
      readComments(node.pos);
      readComments(node.end);
    }
    const message = messageOf(node);
    if (message === undefined) {
      ts.forEachChild(node, visit, (nodes) => {
        // After a trailing comma.
        readComments(nodes.end);
        nodes.forEach(visit);
      });
      return;
    }
    if (isSentence(message)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      messages.push({ file, kind: 'message', text: withoutCode(message).trim(), line: line + 1 });
    }
    insideOf(node).forEach(visit);
  }
}

/** The whole text of a string, of strings that `+` joins, or of a text of the page; values in it become a word. */
function messageOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isJsxText(node)) return node.text.replace(/\s+/g, ' ');
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `Value${literal.text}`).join('');
  }
  if (!isSum(node)) return undefined;
  const parts = [node.left, node.right].map(messageOf);
  return parts.some((part) => part !== undefined) ? parts.map((part) => part ?? 'Value').join('') : undefined;
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function isText(node: ts.Node): boolean {
  return messageOf(node) !== undefined;
}

/** Expressions in a template or a sum may hold further messages. */
function insideOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (isSum(node)) return [node.left, node.right].flatMap((part) => (isText(part) ? insideOf(part) : [part]));
  return [];
}

const QUERY = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|FROM|WHERE|PRAGMA|AND|CASE|ORDER)\b/;

/** Three words, mostly letters, and no SQL, source code or plain list of words. */
function isSentence(text: string): boolean {
  if (QUERY.test(text) || /=>|[{};]\n|^\s*(?:import|export|const|function) |<\/|\\[sdwb]/.test(text))
    return false;
  const words = text.match(/[A-Za-z][a-z’']+(?=[\s.,:;?!)]|$)/g) ?? [];
  if (words.length > 10 && !/[.,:;?!]/.test(text) && !/\b(?:the|a|of|is|to)\b/.test(text)) return false;
  return words.length >= 3 && words.join('').length > text.replace(/\s/g, '').length * 0.6;
}

function commentPassages(file: string, source: ts.SourceFile, ranges: readonly ts.CommentRange[]): Passage[] {
  const ordered = ranges.toSorted((a, b) => a.pos - b.pos);
  const blocks: { line: number; end: number; text: string }[] = [];
  for (const range of ordered) {
    const raw = source.text.slice(range.pos, range.end);
    const line = source.getLineAndCharacterOfPosition(range.pos).line + 1;
    const last = blocks.at(-1);
    const isLine = range.kind === ts.SyntaxKind.SingleLineCommentTrivia;
    if (isLine && last && last.end === line - 1 && last.text.startsWith('//')) {
      last.text += `\n${raw}`;
      last.end = line;
    } else {
      blocks.push({ line, end: line + raw.split('\n').length - 1, text: raw });
    }
  }
  return blocks.flatMap(({ line, text: raw }) => paragraphs(file, line, raw));
}

/** One passage for each paragraph and each tag of a comment, without comments for tools. */
function paragraphs(file: string, first: number, raw: string): Passage[] {
  const passages: { line: number; words: string[] }[] = [];
  let isOpen = false;
  let isCode = false;
  raw.split('\n').forEach((line, index) => {
    const bare = line.replace(/^\s*(?:\/\*\*?|\/\/\/?|\*\/|\*)?\s?|\s*\*\/\s*$/g, '').trim();
    if (bare.startsWith('```')) isCode = !isCode;
    if (bare === '' || isCode || bare.startsWith('```')) {
      isOpen = false;
      return;
    }
    if (/^(?:biome-ignore|eslint|@ts-|<reference|#)/.test(bare)) return;
    const isNew = /^(?:@|[-*] |\d\. )/.test(bare);
    if (isNew || !isOpen) passages.push({ line: first + index, words: [] });
    isOpen = true;
    passages.at(-1)?.words.push(bare.replace(/^@\w+\s*(?:\{[^}]*\}\s*)?/, ''));
  });
  return passages.map(({ line, words }) => {
    const text = withoutCode(words.join(' ').replace(/\{@link ([^}]+)\}/g, '`$1`'));
    return { file, kind: 'comment', text, line };
  });
}

function scriptKind(file: string): ts.ScriptKind {
  if (file.endsWith('x')) return ts.ScriptKind.TSX;
  return file.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS;
}
