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

/** Verbs that are rarely nouns: the first one in a name is its verb, at any position. */
export const VERBS: Words = table({
  extract: `browse buscar consultar describe discover download explore extract fetch find gather get grep
    list listar listen locate lookup obtain obter pesquisar poll read recall retrieve scrape search show
    tail whoami`,
  summarize: `abridge condense summarise summarize`,
  translate: 'localise localize translate',
  rewrite: `humanize paraphrase polish proofread refine rephrase reword rewrite shorten`,
  classify: `categorise categorize classify cluster detect moderate recognise recognize triage`,
  compare: `compare contrast diff`,
  recommend: `advise propose recommend suggest`,
  predict: `estimate predict simulate`,
  explain: `clarify explain teach`,
  verify: `assert check corroborate ensure lint revalidate validate verify`,
  analyze: `analyse analyze assess benchmark correlate diagnose evaluate inspect measure`,
  route: `delegate dispatch escalate handoff`,
  transform: `assemble beautify calc calculate capitalize compile compress compute convert crop decode
    decompress decrypt dedupe deduplicate disassemble echo encode encrypt export extrapolate flatten
    format hash lowercase minify normalise normalize parse prettify resize sanitize serialise
    serialize tokenise tokenize transcode transform unzip uppercase zip`,
  generate: `brainstorm compose draw generate greet illustrate imagine invent narrate paint render say
    sketch speak synthesise synthesize`,
  orchestrate: `accept acknowledge activate actuate add adjust advance allocate append apply approve
    archive arm assign attach authenticate authorise authorize backfill ban bind block bootstrap bump burn
    buy cancel claim clean clear click clone collect complete configure confirm connect consume create
    deactivate deallocate decline decrease delete demote deny deploy deposit destroy detach dial disable
    disarm disconnect dismiss downgrade drag drop duplicate edit enable enqueue enrich enroll erase follow
    forget fork grant harvest hide honk import increase increment ingest init initialise initialize insert
    install interrupt invalidate invoke join kill launch like login logout lower manage mark merge migrate
    mint modify move mute navigate notify optin optout overwrite pay place preempt prepare promote
    provision publish purge put raise rebase reboot rebuild reconnect recreate redeem redeploy refund
    register reject reload remember remove rename reopen reorder replace replay reply rerun reschedule
    reserve reset resolve restart restore resubmit resume retry revert revoke ring rollback save schedule
    scroll seed select sell send set settle setup shutdown signin signout skip snooze split stake submit
    subscribe suspend swap swipe switch sync tap terminate toggle transfer transition trash trigger
    truncate turn unarchive unassign unban unbind unblock uncomplete undelete undeploy undo unfollow
    unhide uninstall unlink unlock unmute unpin unpublish unregister unstake unsubscribe untag untrash
    update upgrade upload upsert vote wake wipe withdraw write`,
});

/** Verbs that are often nouns, or that only mean "do it". They count only if no other word decides. */
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

/** Nouns that name the task if the tool returns them: `get_summary`, `survey_stats`. */
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

/** Modifiers that name the task of the following noun: `suggested_locations`. */
export const TASK_MODIFIERS: ReadonlySet<string> = new Set(['predicted', 'recommended', 'suggested']);

/** Verbs whose object decides the task: `get_summary` summarizes; `list_summaries` only lists. */
export const ASKING_VERBS: ReadonlySet<string> = new Set(
  'calc calculate compute fetch generate get give obtain retrieve return show'.split(' '),
);

/** Verbs of making. If the tool says that it changes nothing, it makes text or an image. */
export const MAKING_VERBS: ReadonlySet<string> = new Set('build create draft make render write'.split(' '));

/** Verbs of arithmetic when alone: `add` adds, `add_note` acts on the world. */
export const ARITHMETIC: ReadonlySet<string> = new Set(
  `abs acos add asin atan avg cbrt ceil cos cosh divide exp factorial floor gcd lcm ln max mean
    median min mod modulo multiply percentage pow power round sin sinh sqrt square subtract sum
    tan tanh`.split(/\s+/),
);

/** Actions that can't be undone: destroying, paying, sending, running code. */
export const IRREVERSIBLE_VERBS: ReadonlySet<string> = new Set(
  `ban broadcast buy charge delete deploy destroy drop erase eval exec execute kick kill merge
    overwrite pay publish purchase purge refund remove reset revoke sell send shutdown terminate
    transfer truncate uninstall unlock wipe withdraw`.split(/\s+/),
);

/** Verbs that only mean "do it". Their object names the action. */
export const LIGHT_VERBS: ReadonlySet<string> = new Set(['call', 'do', 'execute', 'make', 'run']);
