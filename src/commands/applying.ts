import { INIT } from '../core/plan.js';
import { wordsOfFlags } from './answers.js';
import type { GivenFlags, Options } from './options.js';
import type { Next } from './plan-json.js';
import { shellWord } from './shell-word.js';

/** The command that writes the shown change. */
export function applying(options: Options): Next {
  return { command: `${meant(options)} --yes`, why: 'writes this change', needsHuman: false };
}

/** The command that shows the change as a patch. */
export function showing(options: Options): string {
  return `${meant(options)} --dry-run`;
}

function meant({ words }: Options): string {
  const kept = words.filter((word) => !/^--(?:json|dry-run|detect)(?:=true)?$/.test(word));
  return ['npx create-something-observe', ...kept.map(shellWord)].join(' ');
}

/** The same with every answer as a flag, without defaults. */
export function applyingInFull(options: Options, answers: GivenFlags): Next {
  return {
    command: [...initIn(options), '--yes', ...wordsOfFlags(answers), ...howToRun(options)].join(' '),
    why: 'writes this change, with every answer as a flag',
    needsHuman: false,
  };
}

/** The given flags that do not answer a question. */
export function howToRun({ install, force }: Options): string[] {
  return [...(install ? [] : ['--no-install']), ...(force ? ['--force'] : [])];
}

export function initIn({ dir }: Options): string[] {
  return [INIT, ...(dir === '.' ? [] : [shellWord(dir)])];
}
