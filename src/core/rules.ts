import { CHECKED_RULES } from './checked-rules.js';
import { PLANNED_RULES } from './planned-rules.js';

export const LEVELS = ['info', 'warning', 'error'] as const;
export type Level = (typeof LEVELS)[number];

interface Rule {
  /** Default level. A single finding may have a lower one. */
  readonly level: Level;
  /** The rule as a statement of what is wrong, for lists of rules. */
  readonly title: string;
  /** Whether `check --fix` applies the fix. */
  readonly fixable?: true;
}

/**
 * Every rule that a finding can name; each has a page in `docs/rules/`. Ids are `<room>/<what>` and
 * stable: records, ignore comments and other people's dashboards hold them.
 */
export const RULES = { ...PLANNED_RULES, ...CHECKED_RULES } as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;

export const RULE_IDS = (Object.keys(RULES) as RuleId[]).sort();

/** Possible settings of a rule. */
export const SETTINGS = ['off', ...LEVELS] as const;
export type Setting = (typeof SETTINGS)[number];

export type RuleSettings = Readonly<Partial<Record<RuleId, Setting>>>;

export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(RULES, text);
}

export function isSetting(value: unknown): value is Setting {
  return (SETTINGS as readonly unknown[]).includes(value);
}

export function levelOf(id: RuleId): Level {
  return RULES[id].level;
}

export function isFixable(id: RuleId): boolean {
  const rule: Rule = RULES[id];
  return rule.fixable === true;
}

/** A rule's page, relative to the root of our package. */
export function rulePage(id: RuleId): string {
  return `docs/rules/${id}.md`;
}
