import { EXIT, LoomError } from '../errors.js';

/** Figures that a threshold can use. */
export const FIGURES = ['requests', 'errors', 'error rate', 'p50', 'p90', 'p95', 'p99'] as const;
export type Figure = (typeof FIGURES)[number];

/** A condition that should stay false. */
export interface Threshold {
  readonly figure: Figure;
  /** One tool, resource or prompt; null for all of them. */
  readonly tool: string | null;
  readonly op: '>' | '>=' | '<' | '<=';
  /** `error rate`: 0 to 1. Percentiles: ms. */
  readonly value: number;
  /** Period in ms; null if the text has none. */
  readonly spanMs: number | null;
}

export interface Measured {
  readonly requests: number;
  readonly errors: number;
  readonly latency: {
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
  };
}

/** The value of a figure, and whether it passed the threshold; null without data. */
export interface Judged {
  readonly value: number | null;
  readonly passed: boolean | null;
}

const SPANS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const GRAMMAR =
  /^(requests|calls|errors|error[ _-]?rate|p50|p90|p95|p99)(?:\s+of\s+(.+?))?\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(%|ms|s)?(?:\s+for\s+(\d+)\s*([mhd]))?$/;

/** Reads `error rate of add > 5% for 10m`, `errors>0` or `p95 > 200ms`. */
export function readThreshold(text: string): Threshold {
  const [, name = '', tool, op, amount, unit, count, span] = GRAMMAR.exec(text.trim()) ?? [];
  const figure = figureOf(name);
  if (!figure || !op || !amount || !isUnit(figure, unit)) {
    throw new LoomError(
      `"${text}" is not a threshold.`,
      'Write, for example, "errors > 0", "error rate of add > 5% for 10m" or "p95 > 200ms". Figures: ' +
        `${FIGURES.join(', ')}.`,
      EXIT.usage,
    );
  }
  return {
    figure,
    tool: tool ?? null,
    op: op as Threshold['op'],
    value: Number(amount) * (unit === '%' ? 0.01 : unit === 's' ? 1000 : 1),
    spanMs: count && span ? Number(count) * (SPANS[span] ?? 0) : null,
  };
}

/** Several thresholds, separated by `|`. Any of them can fail. */
export function readThresholds(text: string): Threshold[] {
  return text.split('|').map(readThreshold);
}

function figureOf(name: string): Figure | undefined {
  if (/^error[ _-]?rate$/.test(name)) {
    return 'error rate';
  }
  return name === 'calls' ? 'requests' : FIGURES.find((figure) => figure === name);
}

function isUnit(figure: Figure, unit: string | undefined): boolean {
  switch (figure) {
    case 'error rate':
      return unit === '%';
    case 'requests':
    case 'errors':
      return unit === undefined;
    default:
      return unit === 'ms' || unit === 's';
  }
}

export function judge({ figure, op, value }: Threshold, measured: Measured): Judged {
  const found = figureOfMeasured(figure, measured);
  // Without requests, only their number is known.
  if (found === null || (measured.requests === 0 && figure !== 'requests')) {
    return { value: null, passed: null };
  }
  const passed = { '>': found > value, '>=': found >= value, '<': found < value, '<=': found <= value }[op];
  return { value: found, passed };
}

function figureOfMeasured(figure: Figure, { requests, errors, latency }: Measured): number | null {
  switch (figure) {
    case 'requests':
      return requests;
    case 'errors':
      return errors;
    case 'error rate':
      return requests > 0 ? errors / requests : null;
    default:
      return latency[figure];
  }
}

export function figureText(figure: Figure, value: number | null): string {
  if (value === null) {
    return 'not known';
  }
  if (figure === 'error rate') {
    return `${(value * 100).toFixed(1)}%`;
  }
  return figure === 'requests' || figure === 'errors' ? String(value) : `${Number(value.toPrecision(3))} ms`;
}

/** A text that {@link readThreshold} can read. */
export function thresholdText({ figure, tool, op, value, spanMs }: Threshold): string {
  const of = tool === null ? '' : ` of ${tool}`;
  const amount = figureAmount(figure, value);
  return `${figure}${of} ${op} ${amount}${spanMs === null ? '' : ` for ${spanText(spanMs)}`}`;
}

function figureAmount(figure: Figure, value: number): string {
  if (figure === 'error rate') {
    return `${Number((value * 100).toFixed(4))}%`;
  }
  return figure === 'requests' || figure === 'errors' ? String(value) : `${value}ms`;
}

function spanText(ms: number): string {
  const [unit = 'm', size = SPANS.m ?? 1] = Object.entries(SPANS).findLast(([, of]) => ms % of === 0) ?? [];
  return `${ms / size}${unit}`;
}
