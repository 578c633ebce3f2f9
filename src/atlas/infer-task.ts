import type { AiTask } from './vocabulary.js';

/** What is known of a tool before it runs. */
export interface ToolFacts {
  readonly name: string;
  readonly description?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly destructive?: boolean | undefined;
}

/** Verbs that name their task wherever they stand in a tool's name. */
const TASK_WORDS: readonly (readonly [AiTask, RegExp])[] = [
  ['summarize', /^(summari[sz]e|summary|tldr|digest|recap)$/],
  ['translate', /^(translate|translation|localize)$/],
  ['rewrite', /^(rewrite|rephrase|paraphrase|proofread|polish)$/],
  ['classify', /^(classify|classification|categori[sz]e|triage|moderate|sentiment)$/],
  ['compare', /^(compare|comparison|diff)$/],
  ['recommend', /^(recommend|recommendations?|suggest|suggestions?|advise)$/],
  ['predict', /^(predict|prediction|forecast|projection)$/],
  ['explain', /^(explain|explanation|why|clarify)$/],
  ['verify', /^(verify|validate|validation|check|test|lint|audit|assert|ping|health)$/],
  ['analyze', /^(analy[sz]e|analysis|analytics|insights?|stats|statistics|report|inspect|profile|evaluate)$/],
  ['route', /^(route|routing|dispatch|delegate|handoff)$/],
  ['transform', /^(transform|convert|calculate|calc|compute|format|encode|decode|parse|minify|resize|hash)$/],
  ['generate', /^(generate|draft|compose|imagine|brainstorm|render|synthesi[sz]e)$/],
];

/** Verbs that decide only as the first word: `list_tests` lists, it does not test. */
const LEADING_WORDS: readonly (readonly [AiTask, RegExp])[] = [
  [
    'extract',
    /^(get|list|search|find|fetch|read|lookup|look|query|show|describe|view|browse|scan|export|download|count|who|whoami|retrieve|load|scrape|discover|grep|ls|cat|select|resolve|recall)$/,
  ],
];

/** Verbs of arithmetic when they stand alone: `add` adds, `add_note` acts on the world. */
const ARITHMETIC =
  /^(add|subtract|multiply|divide|sum|square|power|pow|sqrt|factorial|modulo|mod|round|min|max|mean)$/;

/**
 * The Atlas task a tool most likely does. Words of the name first, then of the description's first
 * clause, then the read-only hint; a tool that acts on the world without a better word orchestrates.
 */
export function inferTask(tool: ToolFacts): AiTask {
  const name = words(tool.name);
  if (name.length === 1 && ARITHMETIC.test(name[0] ?? '')) return 'transform';
  return (
    matching(LEADING_WORDS, name[0] ?? '') ??
    firstOf(name) ??
    firstOf(words(firstClause(tool.description)).slice(0, 3)) ??
    (tool.readOnly ? 'extract' : 'orchestrate')
  );
}

function firstOf(candidates: readonly string[]): AiTask | undefined {
  for (const word of candidates) {
    const task = matching(TASK_WORDS, word);
    if (task) return task;
  }
  return undefined;
}

function matching(table: readonly (readonly [AiTask, RegExp])[], word: string): AiTask | undefined {
  return table.find(([, pattern]) => pattern.test(word))?.[0];
}

function firstClause(description: string | undefined): string {
  return (
    description?.split(/[.,;:\n(]/, 1)[0]?.replace(/^(use this( tool)? to|this tool|tool to)\s+/i, '') ?? ''
  );
}

/** `getUserById`, `get_user`, `get-user` -> lower-case words. */
function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
