/** `getURLInfo`, `get_url_info`, `get-url.info` -> `['get', 'url', 'info']`. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** The first statement of a description, without introductory phrases. */
export function openingOf(description: string | undefined): string {
  const text = description?.trim().replace(INTRODUCTION, '') ?? '';
  return text.split(/[.,;:\n(]/, 1)[0] ?? '';
}

const INTRODUCTION =
  /^(?:(?:use )?this (?:tool )?(?:to |will |can )?|(?:a |the )?tool (?:to |that |for )|allows? you to )/i;

/**
 * The main noun of a phrase. In English it comes last, before any preposition. `list_articles_by_section` is
 * about articles, `get_usage_stats_for_project` about stats.
 */
export function headNoun(words: readonly string[]): string | undefined {
  const end = words.findIndex((word, index) => index > 0 && PREPOSITIONS.has(word));
  return words[(end === -1 ? words.length : end) - 1];
}

const PREPOSITIONS = new Set('as at by for from in near of on per since to via with'.split(' '));

/** True if a name without a clear verb is a noun phrase, which names what the tool returns. */
export function isNounPhrase(words: readonly string[]): boolean {
  return OPENERS.has(words[0] ?? '') || INFORMATION.has(headNoun(words) ?? '') || words.includes('by', 1);
}

/** Plurals such as `countries` and `open_issues`. */
export function isPlural(words: readonly string[]): boolean {
  return /[^aisu]s$/.test(headNoun(words) ?? '');
}

/** Determiners, question words and words such as "latest": a name that starts with one requests something. */
const OPENERS = new Set(
  `about all available current how latest my nearby popular random recent top trending upcoming
  what whats when where which who`.split(/\s+/),
);

/** Nouns for stored information: `user_info`, `task_status`. */
const INFORMATION = new Set(
  `balance catalog changelog content contents data datetime detail details directory doc docs
  documentation feed history index info information log logs metadata overview price prices profile
  records reference report reports result results schema schemas settings state status time timeline
  timeseries transcript tree version weather`.split(/\s+/),
);
