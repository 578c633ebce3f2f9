import { type Form, REST, TAILS } from './form.js';
import { FORMS } from './forms.js';
import { MORE_FORMS } from './more-forms.js';
import { ABOUT, NAMES, type Name, STILL } from './names.js';
import { SHAPES } from './shapes.js';

export const ALL_FORMS: readonly Form[] = [...FORMS, ...MORE_FORMS];

/**
 * The module of the runtime that holds the rules. A text is gone through for the rare characters with which secrets'
 * beginnings end: looking back from there is several times as fast as looking for each beginning at each place.
 */
export function generate(): string {
  const lines = [
    '// biome-ignore-all format: generated from packages/observability/rules by scripts/mask-rules.mjs; change it there',
    '// biome-ignore-all lint/complexity/noUselessEscapeInRegex: generated',
    '',
    '/** Secrets known by their form. What the group holds is masked too: the match begins with its last character. */',
    `export const FORM = /${formPattern()}/g;`,
    '/** Secrets that their context identifies. The text of a group stays. */',
    ...SHAPES.map(({ id, pattern }) => {
      const name = id.replace('-', '_').toUpperCase();
      return `export const ${name} = /${pattern.replaceAll('/', '\\/')}/g;`;
    }),
    '/** Names that say that their value is a secret, as words in lower case between underscores; a group holds the rest. */',
    `export const SURE = /${namePattern('sure')}/;`,
    '/** Names under which a secret may be. */',
    `export const LIKELY = /${namePattern('likely')}/;`,
    '/** Names that only mention a secret; and suffixes after which a name stays sure. */',
    `export const ABOUT = /(?:^|_)(?:${ABOUT})_$/;`,
    `export const STILL = /^(?:(?:${STILL}|\\d+)_)*$/;`,
    '',
  ];
  return lines.join('\n');
}

/** The module that names the rule that matched. It is no part of what a Worker carries. */
export function generateIds(): string {
  const map = (entries: (readonly [id: string, pattern: string, flags: string])[]) =>
    entries
      .map(([id, pattern, flags]) => `  '${id}': /${pattern.replaceAll('/', '\\/')}/${flags},`)
      .join('\n');
  return [
    '// biome-ignore-all format: generated from packages/observability/rules by scripts/mask-rules.mjs; change it there',
    '// biome-ignore-all lint: generated',
    '',
    '/** What the secrets of each rule begin with. */',
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

/** The rules as the guide shows them. */
export function guideTable(): string {
  const rows = [
    ...ALL_FORMS.map(({ id, finds, source }) => [id, finds, source]),
    ...SHAPES.map(({ id, finds, source }) => [id, finds, source]),
    ...NAMES.map(({ id, finds, says, must }) => [
      id,
      `${finds}: ${must
        .slice(0, 6)
        .map((name) => `\`${name}\``)
        .join(', ')} and similar`,
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

/** Conditions of a name for its value. */
const WHEN = {
  sure: 'its name, unless the value is a schema word, a call, a variable or a path',
  likely: 'its name, if the value looks random',
};

/**
 * For each of the characters that beginnings end with: what has to follow, which is rare, the beginning, and the rest.
 * One class of characters for all would be smaller by little, and several times as slow.
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
      // First what fails sooner: in base64 letters are followed by many.
      return [anchor.replace(/^[./]$/, '\\$&') + (/[A-Za-z]/.test(anchor) ? before + tail : tail + before)];
    }),
  );
  return `(?:${ways.join('|')})${REST}`;
}

/** The character with which a beginning ends, before what it says of the rest. */
function anchorOf(begin: string): string {
  return /(.)(?:\(\?=.*)?$/.exec(begin)?.[1] as string;
}

function namePattern(says: Name['says']): string {
  const words = NAMES.filter((name) => name.says === says).flatMap((name) => name.words);
  return `(?:${words.join('|')})\\d*_(\\w*)$`;
}
