import { NO_AGENT_FILES } from './flag-values.js';
import type { GivenFlags, Options } from './options.js';
import type { Question } from './questions.js';
import { shellWord } from './shell-word.js';

/** Flags and proposed answers, as flags. A run with these flags asks nothing and does the same. */
export function answersAsFlags({ given }: Options, questions: readonly Question[]): GivenFlags {
  const proposed = questions.flatMap(({ flag, answer }) => {
    // The caller must choose where keys come from. Task types and oversight are already in the plan.
    if (flag === '--local' || answer === null || (typeof answer === 'object' && !isList(answer))) return [];
    return [[flag.slice('--'.length), isList(answer) ? answer.join(',') || NO_AGENT_FILES : answer] as const];
  });
  return { ...Object.fromEntries(proposed), ...given };
}

function isList(answer: Question['answer']): answer is readonly string[] {
  return Array.isArray(answer);
}

/** The same as words of a command line. */
export function wordsOfFlags(flags: GivenFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === true) return [`--${name}`];
    if (value === false) return [`--no-${name}`];
    return [value].flat().flatMap((one) => [`--${name}`, shellWord(String(one))]);
  });
}
