import type { OversightLevel } from '../atlas/infer-oversight.js';
import type { AiTask } from '../atlas/vocabulary.js';

/** What each term says of a tool, in a few words; docs/guides/task-types.md has more. */
export const TASK_WORDS: Readonly<Record<AiTask, string>> = {
  generate: 'makes new text, images or code',
  classify: 'says what something is',
  verify: 'says whether something is valid or up',
  transform: 'gives the same information another form',
  summarize: 'shortens what it is given',
  extract: 'reads what exists',
  translate: 'puts text into another language',
  analyze: 'computes figures or insight',
  recommend: 'says what to take',
  predict: 'says what will come',
  compare: 'says what differs',
  explain: 'makes something understood',
  rewrite: 'says the same in other words',
  route: 'passes a request on',
  orchestrate: 'changes something or sets it in motion',
};

export const OVERSIGHT_WORDS: Readonly<Record<OversightLevel, string>> = {
  required: 'a person agrees to each call',
  recommended: 'a person should look at the calls',
  optional: 'nobody needs to look',
  none: 'runs by itself',
};
