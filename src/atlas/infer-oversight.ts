import { mainVerb } from './infer-task.js';
import { isNounPhrase, wordsOf } from './name-words.js';
import { IRREVERSIBLE_VERBS, WEAK_VERBS } from './verbs.js';
import type { AiTask } from './vocabulary.js';

/** `human_task.oversight_level` of the AI Interaction Atlas. */
export const OVERSIGHT_LEVELS = ['required', 'recommended', 'optional', 'none'] as const;
export type OversightLevel = (typeof OVERSIGHT_LEVELS)[number];

/**
 * The hints that the tool's author wrote. A missing hint is undefined. Source: MCP specification 2025-11-25,
 * schema `ToolAnnotations`. There `readOnlyHint` defaults to false, `destructiveHint` to true,
 * `idempotentHint` to false, `openWorldHint` to true; `destructiveHint` and `idempotentHint` only count if
 * `readOnlyHint` is false.
 */
export interface ToolHints {
  readonly readOnlyHint?: boolean | undefined;
  readonly destructiveHint?: boolean | undefined;
  readonly idempotentHint?: boolean | undefined;
  readonly openWorldHint?: boolean | undefined;
}

/** Tasks that only report: they change nothing and need no judgement. */
const REPORTING: ReadonlySet<AiTask> = new Set<AiTask>([
  'analyze',
  'compare',
  'extract',
  'transform',
  'verify',
]);

/**
 * How closely a person should watch a tool. The author's hints come first, then the verb in its name, then
 * its task. Most tools have no hints. The specification's defaults would make all of these destructive, so we
 * use the defaults only if the author says that the tool writes.
 */
export function inferOversight(hints: ToolHints | undefined, task?: AiTask, name = ''): OversightLevel {
  if (hints?.readOnlyHint) return 'none';
  if (hints?.destructiveHint) return 'required';
  if (isIrreversible(name)) return 'recommended';
  if (hints?.destructiveHint === false) return repeatsOutside(hints) ? 'recommended' : 'optional';
  if (hints?.readOnlyHint === false) return 'recommended';
  return task && REPORTING.has(task) ? 'none' : 'optional';
}

/**
 * The tool adds something outside, and a second call adds it again: a message sent twice, an order placed
 * twice.
 */
function repeatsOutside({ openWorldHint, idempotentHint }: ToolHints): boolean {
  return openWorldHint === true && idempotentHint !== true;
}

function isIrreversible(name: string): boolean {
  const words = wordsOf(name);
  const verb = mainVerb(words);
  if (verb) return IRREVERSIBLE_VERBS.has(verb.word);
  // In `charge_card` and `stripe_charge_card`, the verb is charge. In `open_charge_port` it is open, and
  // `charge_history` is a noun.
  const at = WEAK_VERBS.has(words[0] ?? '') || IRREVERSIBLE_VERBS.has(words[0] ?? '') ? 0 : 1;
  return !isNounPhrase(words) && IRREVERSIBLE_VERBS.has(words[at] ?? '');
}
