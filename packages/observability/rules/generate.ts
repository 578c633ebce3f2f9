import { type Form, REST, TAILS } from './form.js';
import { FORMS } from './forms.js';
import { MORE_FORMS } from './more-forms.js';
import { ABOUT, NAMES, type Name, STILL } from './names.js';
import { SHAPES } from './shapes.js';

export const ALL_FORMS: readonly Form[] = [...FORMS, ...MORE_FORMS];

/**
 * Prints the runtime's module with the rules. The pattern searches for the rare characters at the end of a
 * secret's prefix, and looks back from there. This is several times faster than a search for every beginning.
 */
export function generate(): string {
  const lines = [
    '// biome-ignore-all format: generated from packages/observability/rules by scripts/mask-rules.mjs; change it there',
    '// biome-ignore-all lint/complexity/noUselessEscapeInRegex: generated',
    '',
    "/** Secrets with a known form. The match begins with the group's last character, and the group is masked too. */",
    `export const FORM = /${formPattern()}/g;`,
    '/** Secrets that their context identifies. The text of a group stays. */',
    ...SHAPES.map(({ id, pattern }) => {
      const name = id.replace('-', '_').toUpperCase();
      return `export const ${name} = /${pattern.replaceAll('/', '\\/')}/g;`;
    }),
    '/** Names whose value is surely a secret, as lower-case words between underscores. The group contains the rest. */',
    `export const SURE = /${namePattern('sure')}/;`,
    '/** Names whose value may be a secret. */',
    `export const LIKELY = /${namePattern('likely')}/;`,
    '/** Suffixes of names that only mention a secret, and suffixes that do not change the verdict. */',
    `export const ABOUT = /(?:^|_)(?:${ABOUT})_$/;`,
    `export const STILL = /^(?:(?:${STILL}|\\d+)_)*$/;`,
    '',
  ];
  return lines.join('\n');
}

/** Prints the module that finds the id of a matching rule. Workers do not contain it. */
export function generateIds(): string {
  const map = (entries: (readonly [id: string, pattern: string, flags: string])[]) =>
    entries
      .map(([id, pattern, flags]) => `  '${id}': /${pattern.replaceAll('/', '\\/')}/${flags},`)
      .join('\n');
  return [
    '// biome-ignore-all format: generated from packages/observability/rules by scripts/mask-rules.mjs; change it there',
    '// biome-ignore-all lint: generated',
    '',
    '/** The beginnings of secrets, by rule. */',
    `export const FORMS: Record<string, RegExp> = {\n${map(ALL_FORMS.map(({ id, begins }) => [id, `(?:${begins.join('|')})`, 'y']))}\n};`,
    '',
    '/** Secrets that their context identifies. */',
    `export const SHAPES: Record<string, RegExp> = {\n${map(SHAPES.map(({ id, pattern }) => [id, pattern, 'g']))}\n};`,
    '',
    '/** The words of names. */',
    `export const NAMES: Record<string, RegExp> = {\n${map(NAMES.map(({ id, words }) => [id, `(?:${words.join('|')})\\d*_`, '']))}\n};`,
    '',
  ].join('\n');
}

/** The table of rules for the guide. */
export function guideTable(): string {
  const rows = [
    ...ALL_FORMS.map(({ id, finds, source }) => [id, finds, source]),
    ...SHAPES.map(({ id, finds, source }) => [id, finds, source]),
    ...NAMES.map(({ id, finds, says, must }) => [
      id,
      `${finds}, under names such as ${must
        .slice(0, 6)
        .map((name) => `\`${name}\``)
        .join(', ')}`,
      WHEN[says],
    ]),
  ];
  return [
    '| rule | finds | based on |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

/** The condition under which a name makes its value a secret. */
const WHEN = {
  sure: 'the name, unless the value is a word such as `string` or `required`, a call, a variable or a path',
  likely: 'the name, if the value looks random',
};

/**
 * For each last character of a beginning: the character, the beginning before it, and the required rest. One class for
 * all characters would be only a little smaller, and several times slower.
 */
function formPattern(): string {
  const anchors = new Set(ALL_FORMS.flatMap((form) => form.begins.map(anchorOf)));
  const ways = [...anchors].flatMap((anchor) =>
    Object.entries(TAILS).flatMap(([name, tail]) => {
      const begins = ALL_FORMS.filter((form) => form.tail === name)
        .flatMap((form) => form.begins)
        .filter((begin) => anchorOf(begin) === anchor);
      if (begins.length === 0) return [];
      const before = `(?<=(${begins.join('|').replaceAll('/', '\\/')}))`;
      // The condition that fails more often comes first: in base64, many characters follow a letter.
      return [anchor.replace(/^[./]$/, '\\$&') + (/[A-Za-z]/.test(anchor) ? before + tail : tail + before)];
    }),
  );
  return `(?:${ways.join('|')})${REST}`;
}

/** The last character of a beginning, without its lookahead. */
function anchorOf(begin: string): string {
  return /(.)(?:\(\?=.*)?$/.exec(begin)?.[1] as string;
}

function namePattern(says: Name['says']): string {
  const words = NAMES.filter((name) => name.says === says).flatMap((name) => name.words);
  return `(?:${words.join('|')})\\d*_(\\w*)$`;
}
