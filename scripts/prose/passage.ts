export type Kind = 'doc' | 'message' | 'comment';

/** A piece of prose that a person reads as one: a paragraph, a table cell, a comment, a message. */
export interface Passage {
  readonly file: string;
  readonly kind: Kind;
  readonly text: string;
  /** Line of the first character, from 1. */
  readonly line: number;
}

let counter = 0;

/** What a code span is replaced with: one word that nothing else matches and that is never repeated. */
export function codeWord(): string {
  counter += 1;
  return `Code${counter}`;
}

/** Replaces backticked code. */
export function withoutCode(text: string): string {
  return text.replace(/(`+)[^`]+\1/g, codeWord);
}
