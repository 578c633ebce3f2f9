import { headNoun, isNounPhrase, isPlural, openingOf, wordsOf } from './name-words.js';
import {
  ARITHMETIC,
  ASKING_VERBS,
  LIGHT_VERBS,
  MAKING_VERBS,
  TASK_MODIFIERS,
  TASK_NOUNS,
  VERBS,
  WEAK_VERBS,
} from './verbs.js';
import type { AiTask } from './vocabulary.js';

/** Static facts about a tool. */
export interface ToolFacts {
  readonly name: string;
  readonly description?: string | undefined;
  /** `readOnlyHint` and `destructiveHint` from the tool's source; undefined if missing. */
  readonly readOnly?: boolean | undefined;
  readonly destructive?: boolean | undefined;
}

interface Verb {
  readonly word: string;
  readonly at: number;
  readonly task: AiTask;
}

/**
 * The most likely Atlas task of a tool. It depends on the verb and the noun in its name, the start of its
 * description, and its hints. An action without a more specific verb is `orchestrate`.
 * docs/guides/task-types.md explains the rules and their accuracy.
 */
export function inferTask(tool: ToolFacts): AiTask {
  const name = wordsOf(tool.name);
  const task = fromName(name, tool) ?? 'orchestrate';
  // An explicit statement of the author wins over guesses from words.
  if (tool.readOnly && task === 'orchestrate') return name.some(isMaking) ? 'generate' : 'extract';
  if (tool.readOnly !== true && tool.destructive && task === 'extract') return 'orchestrate';
  return task;
}

/**
 * The verb in a name: the first word that is rarely a noun, so prefixes such as `gmail_` don't matter. If the
 * noun comes first (`trigger-get`), it is the last word.
 */
export function mainVerb(name: readonly string[]): Verb | undefined {
  const last = name.length - 1;
  const at = CLOSING_VERBS.has(name[last] ?? '') ? last : name.findIndex((word) => VERBS.has(word));
  const word = name[at] ?? '';
  const task = VERBS.get(word);
  return task && { word, at, task };
}

/** Verbs that do not end a noun phrase: `saved_search_delete` deletes. */
const CLOSING_VERBS: ReadonlySet<string> = new Set(['create', 'delete', 'edit', 'get', 'remove']);

function fromName(name: readonly string[], tool: ToolFacts): AiTask | undefined {
  const [first = ''] = name;
  if (name.length === 1 && ARITHMETIC.has(first)) return 'transform';
  const verb = mainVerb(name);
  if (verb) return objectTask(verb, name) ?? moreSpecificTask(verb, tool.description) ?? verb.task;
  return fromNouns(name, tool);
}

/** For a name without a clear verb: the requested thing first, then the possible action. */
function fromNouns(name: readonly string[], tool: ToolFacts): AiTask | undefined {
  const asked = taskOfNoun(name);
  if (asked) return asked;
  const said = describedTask(tool.description);
  if (isNounPhrase(name) && tool.readOnly !== false) return said ?? 'extract';
  const weak = weakVerb(name);
  if (weak && weak === name[0]) return WEAK_VERBS.get(weak);
  if (said) return said;
  if (weak) return WEAK_VERBS.get(weak);
  return isPlural(name) && tool.readOnly !== false ? 'extract' : undefined;
}

/** `get_usage_stats` analyzes and `get_forecast` predicts: the verb only requests the result. */
function objectTask(verb: Verb, words: readonly string[]): AiTask | undefined {
  return ASKING_VERBS.has(verb.word) ? taskOfNoun(words.slice(verb.at + 1)) : undefined;
}

function taskOfNoun(phrase: readonly string[]): AiTask | undefined {
  const modifier = phrase.find((word) => TASK_MODIFIERS.has(word));
  return TASK_NOUNS.get(modifier ?? headNoun(phrase) ?? '');
}

/** A tool named `get_...` may predict or analyze: its description shows which. */
function moreSpecificTask(verb: Verb, description: string | undefined): AiTask | undefined {
  if (verb.task !== 'extract' || !ASKING_VERBS.has(verb.word)) return undefined;
  const task = describedTask(description);
  return task && !VAGUE.has(task) ? task : undefined;
}

/** In prose, `check the status` or `build a list` mean the same as `get`. */
const VAGUE: ReadonlySet<AiTask> = new Set<AiTask>([
  'extract',
  'generate',
  'orchestrate',
  'transform',
  'verify',
]);

function describedTask(description: string | undefined): AiTask | undefined {
  const opening = wordsOf(openingOf(description));
  // `Permanently delete`: an adverb may precede the verb.
  const at = opening[0]?.endsWith('ly') ? 1 : 0;
  const words = opening.slice(at).map((word, index) => (index === 0 ? baseForm(word) : word));
  const verb = mainVerb(words.slice(0, 1));
  return verb ? (objectTask(verb, words) ?? verb.task) : undefined;
}

/** `Returns`, `Fetches`, `Classifies` -> the form in the table. */
function baseForm(word: string): string {
  const forms = [word, word.replace(/s$/, ''), word.replace(/es$/, ''), word.replace(/ies$/, 'y')];
  return forms.find((form) => VERBS.has(form)) ?? word;
}

/** `run_query` queries: a verb that only means "do it" is skipped. */
function weakVerb(name: readonly string[]): string | undefined {
  const weak = name.filter((word) => WEAK_VERBS.has(word));
  return weak.find((word) => !LIGHT_VERBS.has(word)) ?? weak[0];
}

function isMaking(word: string): boolean {
  return MAKING_VERBS.has(word);
}
