export type Kind = 'doc' | 'message' | 'comment';

/** One unit of prose: a paragraph, a table cell, a comment, a message. */
export interface Passage {
  readonly file: string;
  readonly kind: Kind;
  readonly text: string;
  /** Line of the first character, from 1. */
  readonly line: number;
}

let counter = 0;

/** Replaces a code span: one word that matches no pattern and never repeats. */
export function codeWord(): string {
  counter += 1;
  return `Code${counter}`;
}

/** Replaces backticked code. */
export function withoutCode(text: string): string {
  return text.replace(/(`+)[^`]+\1/g, codeWord);
}
