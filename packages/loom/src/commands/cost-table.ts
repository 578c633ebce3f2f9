import { PERIODS, type Projection } from '../cost/periods.js';
import type { CostRow } from '../cost/report.js';
import { formatMicros } from '../money.js';
import { renderTable, type Screen, type TableColumn, thousands } from '../screen.js';

const BAR_WIDTH = 10;

export interface CostTotal {
  readonly calls: number;
  readonly tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly cost_micros: number | null;
  readonly unpriced_calls: number;
  readonly lower_bound_calls: number;
}

export interface Unpriced {
  readonly model: string;
  readonly calls: number;
}

export function totalOf(rows: readonly CostRow[]): CostTotal {
  const priced = rows.filter((row) => row.cost_micros !== null);
  const sum = (pick: (row: CostRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return {
    calls: sum((row) => row.calls),
    tokens: sum((row) => row.tokens),
    input_tokens: sum((row) => row.input_tokens),
    output_tokens: sum((row) => row.output_tokens),
    cache_read_tokens: sum((row) => row.cache_read_tokens),
    cache_write_tokens: sum((row) => row.cache_write_tokens),
    cost_micros: priced.length === 0 ? null : sum((row) => row.cost_micros ?? 0),
    unpriced_calls: sum((row) => row.unpriced_calls),
    lower_bound_calls: sum((row) => row.lower_bound_calls),
  };
}

/** Share of input tokens from the cache; undefined without input. */
function hitRate(
  row: Pick<CostRow, 'input_tokens' | 'cache_read_tokens' | 'cache_write_tokens'>,
): number | undefined {
  const read = row.input_tokens + row.cache_read_tokens + row.cache_write_tokens;
  return read === 0 ? undefined : row.cache_read_tokens / read;
}

/** A cost table for a terminal or a pipe, its sums, and notes about missing data. */
export function costLines(
  screen: Screen,
  by: string,
  rows: readonly CostRow[],
  unpriced: readonly Unpriced[],
  projected: Projection | undefined,
): string[] {
  const total = totalOf(rows);
  const tools = by === 'atlas';
  // Bars help people to compare periods. A pipe does not need them.
  const bars = screen.width !== undefined && rows.length > 1 && PERIODS.some((period) => period === by);
  const most = mostOf(rows);
  const number = (head: string, drop?: number): TableColumn => ({
    head,
    right: true,
    ...(drop === undefined ? {} : { drop }),
  });
  const columns: TableColumn[] = [
    { head: by, cut: true, style: (cell) => (cell.startsWith('unattributed') ? 'dim' : undefined) },
    number('calls', 2),
    ...(tools ? [number('tools', 2)] : []),
    number('input', 3),
    number('output', 3),
    number('cache read', 4),
    number('cache write', 5),
    number('tokens', 1),
    { ...number('cost'), style: () => 'green' },
    number('share', 6),
    number('cache hit', 7),
    ...(bars ? [{ head: '', drop: 8, style: () => 'green' as const }] : []),
    { head: 'basis', style: (cell) => (cell.includes('unpriced') ? 'yellow' : 'dim') },
  ];
  const decimals = costDecimals(rows);
  const body = rows.map((row) => [
    row.title ? `${row.key}  ${row.title}` : row.key,
    thousands(row.calls),
    ...(tools ? [thousands(row.tool_calls ?? 0)] : []),
    thousands(row.input_tokens),
    thousands(row.output_tokens),
    thousands(row.cache_read_tokens),
    thousands(row.cache_write_tokens),
    thousands(row.tokens),
    row.calls === 0 ? '-' : money(row.cost_micros, decimals),
    shareText(row.cost_micros, total.cost_micros),
    percent(hitRate(row)),
    ...(bars ? [bar(row.cost_micros, most)] : []),
    basisOf(row),
  ]);
  const sums = [
    'total',
    thousands(total.calls),
    ...(tools ? [''] : []),
    thousands(total.input_tokens),
    thousands(total.output_tokens),
    thousands(total.cache_read_tokens),
    thousands(total.cache_write_tokens),
    thousands(total.tokens),
    money(total.cost_micros, decimals),
    '',
    percent(hitRate(total)),
    ...(bars ? [''] : []),
    '',
  ];
  return [
    ...renderTable(screen, columns, body, screen.width !== undefined && rows.length > 1 ? sums : undefined),
    `${formatMicros(total.cost_micros)} in ${thousands(total.calls)} calls, ${thousands(total.tokens)} tokens, ${percent(hitRate(total))} of the input from the cache.`,
    ...(projected ? [projectedText(projected)] : []),
    ...(total.unpriced_calls > 0
      ? [
          `${thousands(total.unpriced_calls)} calls have no known price and are not in the sum: ${unpriced.map(({ model, calls }) => `${model} (${calls})`).join(', ')}. Add their prices to .loom/prices.json.`,
        ]
      : []),
    ...(total.lower_bound_calls > 0
      ? [`${thousands(total.lower_bound_calls)} calls may have cost more than this; \`lm audit\` shows why.`]
      : []),
  ];
}

function projectedText({ resets_in_ms, cost_micros }: Projection): string {
  const minutes = Math.ceil(resets_in_ms / 60_000);
  const time = `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const pace =
    cost_micros === null ? 'too early to project' : `${formatMicros(cost_micros)} by then at this pace`;
  return `The running block resets in ${time}; ${pace}.`;
}

/** One precision for each column: four digits if all amounts are below ten cents. */
function costDecimals(rows: readonly CostRow[]): number {
  const most = mostOf(rows);
  return most > 0 && most < 100_000 ? 4 : 2;
}

function mostOf(rows: readonly CostRow[]): number {
  return rows.reduce((most, { cost_micros }) => Math.max(most, cost_micros ?? 0), 0);
}

function money(micros: number | null, decimals: number): string {
  if (micros === null) {
    return '?';
  }
  // Rounded as whole numbers, so that halves are exact.
  const rounded = Math.round(micros / 10 ** (6 - decimals)) / 10 ** decimals;
  return `$${thousands(rounded, decimals)}`;
}

function bar(micros: number | null, most: number): string {
  return most > 0 ? '▇'.repeat(Math.round(((micros ?? 0) / most) * BAR_WIDTH)) : '';
}

function shareText(cost: number | null, total: number | null): string {
  return cost === null || total === null || total === 0 ? '-' : percent(cost / total);
}

function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${(share * 100).toFixed(1)} %`;
}

function basisOf(row: CostRow): string {
  const parts = [
    row.reported_micros > 0 ? 'reported' : '',
    row.calculated_micros > 0 ? 'calculated' : '',
    row.estimated_micros > 0 ? 'estimated' : '',
    row.lower_bound_calls > 0 ? `${thousands(row.lower_bound_calls)} at least` : '',
    row.unpriced_calls > 0 ? `${thousands(row.unpriced_calls)} unpriced` : '',
  ];
  return parts.filter(Boolean).join(', ');
}
