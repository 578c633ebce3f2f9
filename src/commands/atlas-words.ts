import type { OversightLevel } from '../atlas/infer-oversight.js';
import type { AiTask } from '../atlas/vocabulary.js';

/** A short description of each term; docs/guides/task-types.md has more. */
export const TASK_WORDS: Readonly<Record<AiTask, string>> = {
  generate: 'generates text, images or code',
  classify: 'classifies something',
  verify: 'checks that something is valid or up',
  transform: 'converts information to another form',
  summarize: 'shortens its input',
  extract: 'reads existing data',
  translate: 'translates text',
  analyze: 'computes figures or insights',
  recommend: 'recommends a choice',
  predict: 'predicts what will happen',
  compare: 'compares things',
  explain: 'explains something',
  rewrite: 'rephrases text',
  route: 'forwards a request',
  orchestrate: 'changes something or starts something',
};

export const OVERSIGHT_WORDS: Readonly<Record<OversightLevel, string>> = {
  required: 'a person approves each call',
  recommended: 'a person should review the calls',
  optional: 'no review needed',
  none: 'runs by itself',
};
