import { readFileSync } from 'node:fs';
import writeGood from 'write-good';
import type { Kind, Passage } from './passage.js';

export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly advice: string;
}

interface Word {
  /** A regular expression; case is ignored. */
  readonly match: string;
  readonly say: string;
}

const WORDS: readonly Word[] = JSON.parse(readFileSync(new URL('words.json', import.meta.url), 'utf8'));

/** In words. A colon ends a sentence here, so that a list after it counts separately. */
const LONGEST: Record<Kind, number> = { doc: 30, comment: 30, message: 25 };

const own = Object.fromEntries([
  ['repeated', { fn: repeated, explanation: 'is repeated' }],
  ...WORDS.map(({ match, say }) => [
    match,
    { fn: (text: string) => places(text, new RegExp(match, 'gi')), explanation: `→ ${say}` },
  ]),
]);

/** Reports words from our list, repeated words and long sentences. */
export function complaintsAbout({ file, kind, text, line }: Passage): Complaint[] {
  const found = sentences(text).flatMap((sentence) => [
    ...badWords(sentence),
    ...tooLong(sentence, LONGEST[kind]),
  ]);
  return found.map((complaint) => ({ file, line, ...complaint }));
}

function badWords(sentence: string) {
  return writeGood(sentence, { checks: own }).map(({ reason }) => ({ text: sentence, advice: reason }));
}

function tooLong(sentence: string, longest: number) {
  const count = Math.max(...sentence.split(/:\s/).map((part) => part.match(/[\w’'-]+/g)?.length ?? 0));
  return count > longest
    ? [{ text: sentence, advice: `${count} words → at most ${longest}: split it, or make a list` }]
    : [];
}

/** An item of a list in a message starts a sentence. */
export function sentences(text: string): string[] {
  return text
    .split(/\n(?=[-*] )/)
    .flatMap((item) => item.replace(/\s+/g, ' ').split(/(?<=[.!?]["”)]?)\s+(?=["“(]?[A-Z0-9])/))
    .filter((sentence) => sentence.trim() !== '');
}

/** write-good's own check for this also reports numbers and placeholders. */
function repeated(text: string) {
  return places(text, /(?<![-\w])([a-z]{2,})\s+\1\b/g).filter(
    ({ index }) => !/^(?:that|had) /.test(text.slice(index)),
  );
}

function places(text: string, pattern: RegExp) {
  return [...text.matchAll(pattern)].map((match) => ({ index: match.index, offset: match[0].length }));
}
