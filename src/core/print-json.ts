export interface JsonStyle {
  readonly indent: string;
  /** Columns that a line may have. */
  readonly width: number;
}

const DEFAULT_STYLE: JsonStyle = { indent: '  ', width: 80 };

/**
 * JSON in the format of Prettier and Biome: each member on its own line, a list of strings on one line if it
 * fits.
 */
export function printJson(value: unknown, style: JsonStyle = DEFAULT_STYLE): string {
  return `${printed(value, { style, depth: 0, before: 0, after: 0 })}\n`;
}

interface Place {
  readonly style: JsonStyle;
  readonly depth: number;
  /** Columns used on the first line, and after the value. */
  readonly before: number;
  readonly after: number;
}

function printed(value: unknown, place: Place): string {
  if (Array.isArray(value)) return printedList(value, place);
  if (typeof value === 'object' && value !== null) return printedObject(Object.entries(value), place);
  return JSON.stringify(value);
}

function printedList(items: readonly unknown[], { style, depth, before, after }: Place): string {
  const flat = `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
  const isFlat = items.every((item) => typeof item !== 'object' || item === null);
  if (items.length === 0 || (isFlat && before + flat.length + after <= style.width)) return flat;
  const inside = { style, depth: depth + 1, before: style.indent.length * (depth + 1), after: 1 };
  const lines = items.map((item) => style.indent.repeat(depth + 1) + printed(item, inside));
  return `[\n${lines.join(',\n')}\n${style.indent.repeat(depth)}]`;
}

function printedObject(members: readonly (readonly [string, unknown])[], { style, depth }: Place): string {
  const given = members.filter(([, value]) => value !== undefined);
  if (given.length === 0) return '{}';
  const lines = given.map(([key, value], index) => {
    const head = `${style.indent.repeat(depth + 1)}${JSON.stringify(key)}: `;
    const comma = index < given.length - 1 ? 1 : 0;
    return head + printed(value, { style, depth: depth + 1, before: head.length, after: comma });
  });
  return `{\n${lines.join(',\n')}\n${style.indent.repeat(depth)}}`;
}
