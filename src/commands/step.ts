import type { Next } from './plan-json.js';

/** A next step: the text for a person, and the command if one does it. */
export interface Step {
  readonly words: string;
  readonly command?: string;
  readonly why: string;
  /** True if it asks for things that only a person has, such as keys. */
  readonly needsHuman?: true;
}

export function commandStep(command: string, why: string): Step {
  return { words: `${command}   (${why})`, command, why };
}

/** A step for programs. */
export function asNext({ command, why, needsHuman }: Step): Next {
  return { command: command ?? null, why, needsHuman: needsHuman === true };
}
