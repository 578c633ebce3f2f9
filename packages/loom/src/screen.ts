import { styleText } from 'node:util';
import stringWidth from 'string-width';

type Style = Parameters<typeof styleText>[0];

/** Newer versions of Node would check the stream's colours again. */
const ALWAYS = [{ validateStream: false }] as unknown as [];

/** Destination of a command's output: its width and colours. */
export interface Screen {
  /** Columns; undefined without a limit, as in a pipe. */
  readonly width: number | undefined;
  readonly colour: boolean;
}

const PLAIN: Screen = { width: undefined, colour: false };

/** Detects a terminal; follows no-color.org, and force-color.org for recordings. */
export function screenOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  if (!stream.isTTY && !forced) {
    return PLAIN;
  }
  const columns = Number(env.COLUMNS) > 0 ? Number(env.COLUMNS) : stream.columns;
  return {
    width: columns > 0 ? columns : 80,
    colour: !env.NO_COLOR && (forced || env.TERM !== 'dumb'),
  };
}

/**
 * Titles, branches and names come from agents and from files of others: on a terminal they must not move the cursor or
 * pass for something else.
 */
function clean(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replace(/[^\P{Cc}]/gu, '\uFFFD');
}

/** Styled text, if the screen has colours. */
export function paint(screen: Screen, style: Style, text: string): string {
  const safe = clean(text);
  return screen.colour && safe !== '' ? styleText(style, safe, ...ALWAYS) : safe;
}

export interface TableColumn {
  readonly head: string;
  /** Numbers are right-aligned. */
  readonly right?: boolean;
  /** May be cut if the screen is too narrow. The widest of these is cut first. */
  readonly cut?: boolean;
  /** Dropped if the screen is too narrow. The highest number goes first. */
  readonly drop?: number;
  readonly style?: (cell: string) => Style | undefined;
}

const GAP = 2;
const LEAST = 12;

/** Columns as wide as their widest cell, cut or dropped until they fit the screen. */
export function renderTable(
  screen: Screen,
  columns: readonly TableColumn[],
  given: readonly (readonly string[])[],
  /** A last row with sums. */
  sums?: readonly string[],
): string[] {
  const rows = [...given, ...(sums ? [sums] : [])].map((row) => row.map(clean));
  let shown = columns.map((column, at) => ({ column, at }));
  const natural = columns.map(({ head }, at) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[at] ?? '')), textWidth(head)),
  );
  const total = (widths: readonly number[]) =>
    shown.reduce((sum, { at }) => sum + (widths[at] ?? 0), 0) + GAP * (shown.length - 1);
  const widths = [...natural];
  if (screen.width !== undefined) {
    for (;;) {
      shrink(widths, natural, shown, screen.width, total);
      const [first] = shown
        .filter(({ column }) => column.drop !== undefined)
        .sort((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0));
      if (total(widths) <= screen.width || !first) {
        break;
      }
      shown = shown.filter((one) => one !== first);
      widths.splice(0, widths.length, ...natural);
    }
  }
  const line = (cells: readonly string[], style: (column: TableColumn, cell: string) => Style | undefined) =>
    shown
      .map(({ column, at }) => {
        const cell = fitted(cells[at] ?? '', widths[at] ?? 0);
        const pad = ' '.repeat(Math.max(0, (widths[at] ?? 0) - textWidth(cell)));
        const wanted = style(column, cells[at] ?? '');
        const painted = wanted ? paint(screen, wanted, cell) : cell;
        return column.right ? `${pad}${painted}` : `${painted}${pad}`;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [
    line(
      columns.map(({ head }) => head),
      () => 'bold',
    ),
    ...rows.map((row, at) =>
      line(row, (column, cell) => (at === given.length ? 'bold' : column.style?.(cell))),
    ),
  ];
}

function shrink(
  widths: number[],
  natural: readonly number[],
  shown: readonly { column: TableColumn; at: number }[],
  width: number,
  total: (widths: readonly number[]) => number,
): void {
  const cuttable = shown.filter(({ column }) => column.cut).map(({ at }) => at);
  for (let over = total(widths) - width; over > 0 && cuttable.length > 0; over = total(widths) - width) {
    const widest = cuttable.reduce((a, b) => ((widths[a] ?? 0) >= (widths[b] ?? 0) ? a : b));
    const least = Math.min(LEAST, natural[widest] ?? 0);
    if ((widths[widest] ?? 0) <= least) {
      return;
    }
    const second = Math.max(least, ...cuttable.filter((at) => at !== widest).map((at) => widths[at] ?? 0));
    const step = Math.max(1, Math.min(over, (widths[widest] ?? 0) - second));
    widths[widest] = Math.max(least, (widths[widest] ?? 0) - step);
  }
}

/** Number of terminal columns of a text. A printable ASCII character has one. */
export function textWidth(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to a width in terminal columns. */
function fitted(text: string, width: number): string {
  if (textWidth(text) <= width) {
    return text;
  }
  let cut = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    const wide = textWidth(segment);
    if (used + wide > width - 1) {
      break;
    }
    cut += segment;
    used += wide;
  }
  return `${cut}…`;
}

/** 1,234,567 or, with decimals, 1,234.50. `Intl` takes 16 ms to start. */
export function thousands(count: number, decimals = 0): string {
  const [whole = '', ...fraction] = count.toFixed(decimals).split('.');
  return [whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','), ...fraction].join('.');
}
