import { UsageError } from '../core/errors.js';
import { isRuleId, isSetting, RULE_IDS, type RuleSettings, SETTINGS } from '../core/rules.js';

export const FORMATS = ['pretty', 'json', 'sarif', 'github', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

/** Flags of `check` alone, checked. */
export interface CheckOptions {
  /** Carry out what can be. */
  readonly fix: boolean;
  readonly format: Format;
  /** Only findings in files that changed since this commit, branch or tag. */
  readonly since: string | undefined;
  /** They win over those in the record. */
  readonly rules: RuleSettings;
  /** More warnings than this are a failure; undefined when any number is fine. */
  readonly maxWarnings: number | undefined;
}

export const CHECK_FLAGS = {
  fix: {
    type: 'boolean',
    default: false,
    describe:
      'Do what init would, without asking and without installing: config, files, dependencies, untraced tools. What a person switched off stays off, files with keys stay untouched',
  },
  format: {
    choices: FORMATS,
    describe: 'How findings are printed on stdout; with all but pretty, words go to stderr',
  },
  since: {
    type: 'string',
    requiresArg: true,
    describe: 'Only findings in files that changed since this commit, branch or tag, and in untracked ones',
  },
  rule: {
    type: 'string',
    array: true,
    requiresArg: true,
    nargs: 1,
    describe: `A rule and its level, such as langfuse/tool-manual=off; of ${SETTINGS.join(', ')}; may be repeated`,
  },
  'max-warnings': {
    type: 'number',
    requiresArg: true,
    describe: 'Fail when there are more warnings than this; errors always fail',
  },
} as const;

export function readCheckOptions(words: Record<string, unknown>): CheckOptions {
  const format = words['format'] as Format | undefined;
  const since = words['since'] as string | undefined;
  const fix = words['fix'] === true;
  const maxWarnings = words['max-warnings'] as number | undefined;
  if (words['json'] === true && format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format} both say what to print.`, 'Give one of them.');
  }
  if (fix && since !== undefined) {
    throw new UsageError('--fix mends every file, --since looks at some.', 'Give one of them.');
  }
  if (fix && words['dry-run'] === true) {
    throw new UsageError('--fix writes, --dry-run does not.', 'For the patch: init --dry-run');
  }
  if (maxWarnings !== undefined && !(Number.isInteger(maxWarnings) && maxWarnings >= 0)) {
    throw new UsageError('--max-warnings takes a whole number.', 'For none at all: --max-warnings 0');
  }
  return {
    fix,
    format: format ?? (words['json'] === true ? 'json' : 'pretty'),
    since,
    rules: parseRules((words['rule'] as string[] | undefined) ?? []),
    maxWarnings,
  };
}

function parseRules(words: readonly string[]): RuleSettings {
  const settings = words.map((word) => {
    const [id = '', ...rest] = word.split('=');
    const setting = rest.join('=');
    if (!isRuleId(id)) throw new UsageError(`There is no rule "${id}".`, nearest(id));
    if (!isSetting(setting)) {
      throw new UsageError(`${id} can't be set to "${setting}".`, `Settings are: ${SETTINGS.join(', ')}.`);
    }
    return [id, setting] as const;
  });
  return Object.fromEntries(settings);
}

/** The rules of the same room, or the rooms there are. */
function nearest(id: string): string {
  const room = RULE_IDS.filter((rule) => rule.startsWith(`${id.split('/')[0]}/`));
  if (room.length > 0) return `Rules there are: ${room.join(', ')}.`;
  return `Rules begin with: ${[...new Set(RULE_IDS.map((rule) => `${rule.split('/')[0]}/`))].join(', ')}.`;
}
