import { nextLine } from '../text/lines.js';
import { type SourceFile, ts } from '../tools/syntax/syntax.js';

interface Comment {
  readonly pos: number;
  readonly end: number;
}

/** Comments about the whole file contain one of these words. */
const OF_FILE =
  /copyright|licen[cs]e|spdx-|all rights reserved|@preserve|@ts-(no)?check|^\/\/\/\s*<|@(file|fileoverview|overview|module|packageDocumentation|jsx\w*|jest-environment|vitest-environment)\b|biome-ignore-all|eslint-(disable|enable)(?!-(next-)?line)|eslint-env|oxlint-disable(?!-)|prettier-ignore-start|deno-lint-ignore-file|@(generated|flow|format)\b|auto-?generated|do not edit/i;

/** Comments about the next line contain one of these words. */
const OF_NEXT_LINE =
  /@ts-(expect-error|ignore)|(eslint|oxlint|stylelint)-disable-next-line|biome-ignore(?!-all)|prettier-ignore(?!-start)|deno-lint-ignore(?!-file)|(istanbul|c8|v8) ignore|@type\b|webpack\w+:|@vite-ignore|#__/i;

/**
 * The end of the part that must stay at the top of a file: the hashbang, licences, references, comments about the
 * whole file, and directives such as `"use strict"`.
 */
export function headerEnd(file: SourceFile): number {
  const { text } = file;
  const directives = directivesOf(file);
  const [first] = file.statements;
  const start = first ? first.getStart() : text.length;
  const afterBang = /^\uFEFF?#!/.test(text) ? nextLine(text, 0) : text.startsWith('\uFEFF') ? 1 : 0;
  // The compiler finds the first comment only from the start of the text, or from the line break before it.
  const comments = commentsBefore(file, afterBang > 1 ? afterBang - 1 : 0, start);
  const isImport = first !== undefined && ts.isImportDeclaration(first);
  const describesNothing = isImport || directives > 0;
  // A comment on a statement's line belongs to the statement.
  const isApart = ({ end }: Comment) => text.slice(end, start).includes('\n');
  const header = headerOf(text, comments, (comment) => describesNothing && isApart(comment));
  return Math.max(afterBang, header === undefined ? 0 : endWithLine(text, header.end), directives);
}

function directivesOf(file: SourceFile): number {
  let end = 0;
  for (const statement of file.statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression)) break;
    end = endWithLine(file.text, statement.end);
  }
  return end;
}

function commentsBefore(file: SourceFile, from: number, to: number): Comment[] {
  const all = ts.getLeadingCommentRanges(file.text, from) ?? [];
  return all.filter(({ end }) => end <= to);
}

/**
 * The last comment of the header. A comment right above an import is part of the header, unless it is about the
 * import's line: an import needs no description.
 */
function headerOf(
  text: string,
  comments: readonly Comment[],
  describesNothing: (comment: Comment) => boolean,
): Comment | undefined {
  const last = comments.findLastIndex((comment, index) => {
    const words = text.slice(comment.pos, comment.end);
    if (OF_FILE.test(words)) return true;
    if (OF_NEXT_LINE.test(words)) return false;
    return (
      describesNothing(comment) &&
      !comments.slice(0, index).some((one) => OF_NEXT_LINE.test(text.slice(one.pos, one.end)))
    );
  });
  return comments[lastOfBlock(text, comments, last)];
}

/** A licence in line comments ends where the block of line comments ends. */
function lastOfBlock(text: string, comments: readonly Comment[], from: number): number {
  let last = from;
  for (let at = from; at >= 0 && at + 1 < comments.length; at += 1) {
    const [one, next] = [comments[at], comments[at + 1]] as [Comment, Comment];
    const isOneBlock =
      text.startsWith('//', one.pos) &&
      text.startsWith('//', next.pos) &&
      /^\r?\n[ \t]*$/.test(text.slice(one.end, next.pos));
    if (!isOneBlock || OF_NEXT_LINE.test(text.slice(next.pos, next.end))) break;
    last = at + 1;
  }
  return last;
}

/** The start of the next line. If code follows on the same line, `end` itself. */
function endWithLine(text: string, end: number): number {
  const next = nextLine(text, end);
  return text.slice(end, next).trim() === '' ? next : end;
}
