import type { AiTask } from './vocabulary.js';

type Words = ReadonlyMap<string, AiTask>;

function table(rows: Readonly<Partial<Record<AiTask, string>>>): Words {
  return new Map(
    Object.entries(rows).flatMap(([task, words]) =>
      words
        .trim()
        .split(/\s+/)
        .map((word) => [word, task as AiTask] as const),
    ),
  );
}

/** Verbs that are hardly ever nouns: the first one in a name is its verb, wherever it stands. */
export const VERBS: Words = table({
  extract: `browse describe discover download extract fetch find get grep list lookup obtain read recall
    retrieve scrape search show whoami`,
  summarize: 'summarise summarize',
  translate: 'localise localize translate',
  rewrite: 'paraphrase proofread rephrase rewrite',
  classify: 'categorise categorize classify detect moderate triage',
  compare: 'compare diff',
  recommend: 'advise recommend suggest',
  predict: 'predict',
  explain: 'clarify explain',
  verify: 'assert check corroborate lint revalidate validate verify',
  analyze: 'analyse analyze assess correlate evaluate inspect measure',
  route: 'delegate dispatch',
  transform: `calc calculate capitalize compress compute convert decode decrypt echo encode encrypt export
    format hash lowercase minify parse resize sanitize transform uppercase`,
  generate: 'brainstorm compose generate greet imagine render say synthesise synthesize',
  orchestrate: `acknowledge add append apply approve archive assign attach backfill ban buy cancel claim clean
    clear clone collect complete configure connect create delete deploy destroy detach disable
    disconnect drop edit enable enqueue enrich erase follow forget grant harvest import
    increment ingest insert install invalidate invoke join kill launch manage mark merge migrate
    modify move navigate notify overwrite pay place provision publish purge put reboot rebuild
    refund register reject remember remove rename reorder reply reset resolve restart restore
    resume revert revoke save schedule seed select sell send set shutdown snooze split submit
    subscribe switch sync terminate toggle transfer trigger truncate turn uncomplete undelete
    undo unfollow uninstall unlink unlock unsubscribe update upload upsert wake wipe withdraw
    write`,
});

/** Verbs that are often nouns, or that only say "do it": they decide where nothing better does. */
export const WEAK_VERBS: Words = table({
  extract: 'capture count load look query scan screenshot view',
  explain: 'guide help why',
  verify: 'audit ping test',
  analyze: 'score',
  route: 'route',
  transform: 'embed',
  generate: 'draft',
  orchestrate: `alert book build bulk call change charge close comment commit control copy do execute flag
    flash flip flush invite link lock log make open order pause pin play post process pull push
    record report request roll run share sign start star stop store tag use`,
});

/** Nouns that name a task where they are what is asked for: `get_summary`, `survey_stats`. */
export const TASK_NOUNS: Words = table({
  summarize: 'digest recap rollup summaries summary tldr',
  translate: 'translation translations',
  classify: 'classification sentiment',
  compare: 'comparison comparisons diff',
  recommend: 'advice recommendation recommendations recommended suggested suggestion suggestions',
  predict: 'forecast forecasts predicted prediction predictions projection',
  explain: 'explanation',
  verify: 'health validation',
  analyze: `analysis analytics anova breakdown correlation correlations distribution hypothesis insights
    metrics regression statistics stats trend trends variance`,
});

/** Modifiers that name the task of the noun they stand before: `suggested_locations`. */
export const TASK_MODIFIERS: ReadonlySet<string> = new Set(['predicted', 'recommended', 'suggested']);

/** Verbs that leave the task to their object: `get_summary` summarizes; `list_summaries` only lists. */
export const ASKING_VERBS: ReadonlySet<string> = new Set(
  'calc calculate compute fetch generate get give obtain retrieve return show'.split(' '),
);

/** Verbs of making: the thing made is text or an image where the tool says that it changes nothing. */
export const MAKING_VERBS: ReadonlySet<string> = new Set('build create draft make render write'.split(' '));

/** Verbs of arithmetic when they stand alone: `add` adds, `add_note` acts on the world. */
export const ARITHMETIC: ReadonlySet<string> = new Set(
  `abs acos add asin atan avg cbrt ceil cos cosh divide exp factorial floor gcd lcm ln max mean
    median min mod modulo multiply percentage pow power round sin sinh sqrt square subtract sum
    tan tanh`.split(/\s+/),
);

/** What can't be taken back from here: what is destroyed, is paid, has left the house, or runs as given. */
export const IRREVERSIBLE_VERBS: ReadonlySet<string> = new Set(
  `ban broadcast buy charge delete deploy destroy drop erase eval exec execute kick kill merge
    overwrite pay publish purchase purge refund remove reset revoke sell send shutdown terminate
    transfer truncate uninstall unlock wipe withdraw`.split(/\s+/),
);

/** Verbs that say "do it" and leave what to their object. */
export const LIGHT_VERBS: ReadonlySet<string> = new Set(['call', 'do', 'execute', 'make', 'run']);
