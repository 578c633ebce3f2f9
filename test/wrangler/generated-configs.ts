import fc from 'fast-check';

/** A config: its text and its values. */
export interface GeneratedConfig {
  readonly text: string;
  readonly value: Record<string, unknown>;
  readonly feed: string;
  readonly environments: readonly string[];
}

type Table = Record<string, unknown>;

const words = fc.constantFrom(
  'a',
  'b c',
  'observability',
  'é🧮',
  '# no comment',
  '// none',
  '{"x": [',
  "it's",
  '\\',
);
const rate = fc.constantFrom(0.05, 0.5, 1);
const signal = fc.record({ enabled: fc.boolean(), head_sampling_rate: rate }, { requiredKeys: [] });
const logs = fc.record(
  { enabled: fc.boolean(), invocation_logs: fc.boolean(), destinations: fc.array(words, { maxLength: 2 }) },
  { requiredKeys: ['enabled'] },
);
/** Every block that Wrangler accepts, with at least one switch. */
const block = fc
  .record({ enabled: fc.boolean(), head_sampling_rate: rate, logs, traces: signal }, { requiredKeys: [] })
  .filter((table) => {
    const { enabled, logs: inner, traces } = table as { enabled?: boolean; logs?: Table; traces?: Table };
    return enabled !== undefined || inner !== undefined || traces?.enabled !== undefined;
  });
const vars = fc.dictionary(fc.constantFrom('A', 'B', 'LONG_NAME', 'x'), words, { maxKeys: 3 });
const environment = fc.record(
  { observability: block, vars, workers_dev: fc.boolean() },
  { requiredKeys: [] },
);
const config = fc.record(
  {
    name: fc.constant('calculator'),
    main: fc.constant('src/index.ts'),
    compatibility_date: fc.constant('2025-06-01'),
    compatibility_flags: fc.constantFrom(['nodejs_compat'], []),
    vars,
    observability: block,
    previews: fc.record({ observability: block }),
    env: fc.dictionary(fc.constantFrom('production', 'staging', 'eu-1'), environment, { maxKeys: 2 }),
  },
  { requiredKeys: ['name', 'main', 'compatibility_date'] },
);

/** Chooses the spelling. The same numbers give the same choices. */
type Choose = (options: number) => number;

const layout = fc.record({
  feed: fc.constantFrom('\n', '\r\n'),
  mark: fc.boolean(),
  lastLineOpen: fc.boolean(),
  choices: fc.array(fc.nat(97), { minLength: 24, maxLength: 24 }),
});

function generated(write: (value: Table, choose: Choose) => string): fc.Arbitrary<GeneratedConfig> {
  return fc.tuple(config, layout).map(([value, { feed, mark, lastLineOpen, choices }]) => {
    let next = 0;
    const choose: Choose = (options) => (choices[next++ % choices.length] ?? 0) % options;
    const body = write(value, choose).trimEnd() + (lastLineOpen ? '' : '\n');
    const environments = Object.keys((value as { env?: Table }).env ?? {});
    return { text: (mark ? '\uFEFF' : '') + body.replaceAll('\n', feed), value, feed, environments };
  });
}

export function generatedJsonc(): fc.Arbitrary<GeneratedConfig> {
  return generated((value, choose) => {
    const unit = ['  ', '    ', '\t'][choose(3)] ?? '  ';
    const head = ['', '// a Worker\n', '/* a\n Worker */\n'][choose(3)] ?? '';
    return `${head}${choose(5) === 0 ? oneLine(value, choose) : jsonc(value, '', unit, choose)}\n${['', '// end\n'][choose(2)]}`;
  });
}

function oneLine(value: unknown, choose: Choose): string {
  return choose(2) === 0 ? JSON.stringify(value) : JSON.stringify(value, null, 1).replace(/\n */g, ' ');
}

function jsonc(value: unknown, indent: string, unit: string, choose: Choose): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const [open, close] = list ? ['[', ']'] : ['{', '}'];
  const items = Object.entries(value);
  if (items.length === 0) return open + (['', ' ', `\n${indent}`, ` /* none */ `][choose(4)] ?? '') + close;
  if (indent !== '' && choose(3) === 0) return oneLine(value, choose);
  const inner = indent + unit;
  const lines = items.map(([key, item], index) => {
    const last = index === items.length - 1;
    const text = `${list ? '' : `${JSON.stringify(key)}:${choose(9) === 0 ? '' : ' '}`}${jsonc(item, inner, unit, choose)}`;
    const comma = last ? (['', '', ',', ` /* , */ ,`, `\n${inner},`][choose(5)] ?? '') : ',';
    const note = ['', '', ' // note', ' /* note, */', ' /* two\n lines */'][choose(5)] ?? '';
    const below = ['', '', `\n${inner}// "observability": {}`, '\n'][choose(4)] ?? '';
    return `\n${inner}${text}${comma}${note}${below}`;
  });
  const closing = choose(8) === 0 && !/\/\/[^\n]*$/.test(lines.at(-1) ?? '') ? ' ' : `\n${indent}`;
  return `${open}${lines.join('')}${closing}${close}`;
}

export function generatedToml(): fc.Arbitrary<GeneratedConfig> {
  return generated((value, choose) => {
    const lines: string[] = choose(3) === 0 ? ['# a Worker'] : [];
    tomlTable(value, [], lines, choose);
    return `${lines.join('\n')}\n${['', '\n\n', '# end\n'][choose(3)]}`;
  });
}

/**
 * Scalars come first, because the lines after a table header belong to the table. Each inner table has one of TOML's
 * forms.
 */
function tomlTable(
  table: Table,
  path: readonly string[],
  lines: string[],
  choose: Choose,
  headersOnly = false,
): void {
  const below: [string, Table][] = [];
  const equals = ['=', ' = ', '\t= '][choose(3)] ?? '=';
  const note = () => ['', '', ' # note', '\n# observability.enabled = false', '\n'][choose(5)] ?? '';
  for (const [key, value] of Object.entries(table)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      lines.push(`${tomlKey(key, choose)}${equals}${JSON.stringify(value)}${note()}`);
      continue;
    }
    const inner = value as Table;
    const way = headersOnly ? 2 : choose(3);
    if (way === 0) lines.push(`${tomlKey(key, choose)}${equals}${inline(inner, choose)}${note()}`);
    else if (way === 1 && Object.keys(inner).length > 0)
      dotted(tomlKey(key, choose), inner, equals, lines, note);
    else below.push([key, inner]);
  }
  for (const [key, inner] of below) {
    const name = [...path, key].map((part) => tomlKey(part, choose)).join(choose(6) === 0 ? ' . ' : '.');
    const tables = Object.values(inner).some((item) => typeof item === 'object' && !Array.isArray(item));
    // A header may be left out if only headers follow.
    const scalars = Object.values(inner).some((item) => typeof item !== 'object' || Array.isArray(item));
    if (choose(2) === 0) lines.push('');
    const header = scalars || !tables || choose(2) === 0;
    if (header) lines.push(`[${name}]${note()}`);
    tomlTable(inner, [...path, key], lines, choose, !header);
  }
}

function dotted(name: string, table: Table, equals: string, lines: string[], note: () => string): void {
  for (const [key, value] of Object.entries(table)) {
    const path = `${name}.${key}`;
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (nested && Object.keys(value).length > 0) dotted(path, value as Table, equals, lines, note);
    else lines.push(`${path}${equals}${nested ? '{}' : JSON.stringify(value)}${note()}`);
  }
}

function inline(table: Table, choose: Choose): string {
  const members = Object.entries(table).map(([key, value]) => {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return `${tomlKey(key, choose)} = ${nested ? inline(value as Table, choose) : JSON.stringify(value)}`;
  });
  if (members.length === 0) return choose(2) === 0 ? '{}' : '{ }';
  return choose(2) === 0 ? `{ ${members.join(', ')} }` : `{${members.join(',')}}`;
}

function tomlKey(key: string, choose: Choose): string {
  return choose(5) === 0 ? (choose(2) === 0 ? `"${key}"` : `'${key}'`) : key;
}
