import { AGENT_FILES, type AgentFile } from '../core/agent-files.js';
import { UsageError } from '../core/errors.js';
import { LAYERS, type Layer } from '../core/layers.js';
import { isRegistrar } from '../core/record.js';
import { isRuleId, isSetting, RULE_IDS, type RuleSettings, SETTINGS } from '../core/rules.js';

// Converts the values that yargs read to the program's. All functions throw UsageError for an invalid value.

export const FORMATS = ['pretty', 'json', 'sarif', 'github', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

export const isOn = (value: unknown): boolean => value === true;
/** A flag of another command may have the same name and a text. */
export const switchOf = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
export const textOf = (value: unknown) => value as string | undefined;
export const numberOf = (value: unknown) => value as number | undefined;
export const listOf = (value: unknown): readonly string[] => (value as string[] | undefined) ?? [];
/** `check` prints `pretty` if neither `--format` nor `--json` was given. */
export const readFormat = (value: unknown) => FORMATS.find((format) => format === value);

/** yargs has checked the choices. */
export function oneOf<const Choice extends string>(_choices: readonly Choice[]) {
  return (value: unknown) => value as Choice | undefined;
}

export function readLayers(value: unknown): readonly Layer[] | undefined {
  if (value === undefined) return undefined;
  const names = (value as string).split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(LAYERS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no layer "${unknown}".`, `Layers are: ${LAYERS.join(', ')}.`);
  }
  return LAYERS.filter((layer) => names.includes(layer));
}

export const NO_AGENT_FILES = 'none';

export function readAgentFiles(value: unknown): readonly AgentFile[] | undefined {
  if (value === undefined) return undefined;
  const names = (value as string).split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === NO_AGENT_FILES) return [];
  const unknown = names.find((name) => !(AGENT_FILES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no file for agents "${unknown}".`,
      `They are: ${AGENT_FILES.join(', ')}. For none of them: ${NO_AGENT_FILES}.`,
    );
  }
  return AGENT_FILES.filter((name) => names.includes(name));
}

export function readRegistrars(value: unknown): readonly string[] {
  const names = listOf(value);
  const wrong = names.find((name) => !isRegistrar(name));
  if (wrong !== undefined) {
    throw new UsageError(
      `--registrar "${wrong}" is not a function name.`,
      'Pass the method name: --registrar accountTool for context.accountTool(…).',
    );
  }
  return names;
}

/** Names in another system, as its dashboard shows them. */
export function readNames(flag: string) {
  return (value: unknown): readonly string[] => {
    const wrong = listOf(value).find((name) => /[\p{Cc}"'`\\,]/u.test(name));
    if (wrong === undefined) return listOf(value);
    throw new UsageError(
      `--${flag} ${JSON.stringify(wrong)} is not a name.`,
      'Pass one name, as the dashboard shows it. Repeat the flag for more.',
    );
  };
}

/** The pairs of a flag such as `--task add_note=generate`, by tool. A tool's name may contain a `=`. */
export function readPairs(flag: string, values: readonly string[]) {
  return (value: unknown): ReadonlyMap<string, string> =>
    new Map(
      listOf(value).map((pair) => {
        const at = pair.lastIndexOf('=');
        const [tool, chosen] = [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)];
        if (tool === '' || !values.includes(chosen)) {
          throw new UsageError(
            `--${flag} "${pair}" can't be read.`,
            `Write <tool>=<value>; values are: ${values.join(', ')}.`,
          );
        }
        return [tool, chosen] as const;
      }),
    );
}

/** A Worker's name means a service binding, an address means HTTPS with keys. */
export function readServer(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = String(value).trim();
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.origin === text.replace(/\/+$/, '')) return url.origin;
  throw new UsageError(
    '--server is neither the name of a Worker nor an https address.',
    'Give what `lm deploy` printed: --server https://loom-shop.acme.workers.dev, or --server loom-shop for a Worker of the same account.',
  );
}

export function readMaxWarnings(value: unknown): number | undefined {
  const count = value as number | undefined;
  if (count !== undefined && !(Number.isInteger(count) && count >= 0)) {
    throw new UsageError('--max-warnings takes a whole number.', 'To allow none: --max-warnings 0');
  }
  return count;
}

export function readRules(value: unknown): RuleSettings {
  const settings = listOf(value).map((word) => {
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

/** The rules of the same group, or the names of all groups. */
function nearest(id: string): string {
  const room = RULE_IDS.filter((rule) => rule.startsWith(`${id.split('/')[0]}/`));
  if (room.length > 0) return `Rules are: ${room.join(', ')}.`;
  return `Rules begin with: ${[...new Set(RULE_IDS.map((rule) => `${rule.split('/')[0]}/`))].join(', ')}.`;
}
