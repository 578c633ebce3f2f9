import { inspectText } from './shorten.js';
import type { Observation, ReceivedTrace } from './trace.js';

export interface RenderOptions {
  /** ANSI colours. */
  readonly color?: boolean;
  /** Maximum columns of an input or output. */
  readonly width?: number;
}

type Paint = (style: keyof typeof STYLES, text: string) => string;

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], cyan: [36, 39] } as const;
/** The widest label, `generation`, and a space. */
const LABEL_COLUMNS = 11;

/** A label and its value, on one or more lines. */
type Fact = readonly [label: string, ...lines: string[]];

/** Atlas keys (AI Interaction Atlas, flat and dotted) have separate lines. */
const ATLAS = /^(ai_task|human_task|system_task|data_artifact|constraint|touchpoint)\./;

/** A trace as lines of text: operations, durations, inputs and outputs. No line break at the end. */
export function renderTrace(trace: ReceivedTrace, options: RenderOptions = {}): string {
  const { color = false, width = 72 } = options;
  const paint: Paint = (style, text) => {
    const [on, off] = STYLES[style];
    return color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  const where = [`trace ${trace.id.slice(0, 8)}`];
  if (trace.sessionId) {
    where.push(`session ${inspectText(trace.sessionId, 12)}`);
  }
  if (trace.userId) {
    where.push(`user ${inspectText(trace.userId, 24)}`);
  }
  const failed = trace.level === 'ERROR';
  const head = [
    paint(failed ? 'red' : 'green', failed ? '✗' : '✓'),
    paint('bold', inspectText(trace.name, 120)),
    duration(trace.durationMs),
    paint('dim', where.join(' · ')),
  ].join('  ');

  const facts: Fact[] = [...valueFacts(trace, paint, width), ...metadataFacts(trace.metadata)];
  if (trace.tags.length > 0) {
    facts.push(['tags', trace.tags.map((tag) => inspectText(tag, 40)).join(', ')]);
  }
  for (const score of trace.scores) {
    facts.push(['score', `${inspectText(score.name, 60)} = ${inspectText(score.value, 60)}`]);
  }
  if (trace.duplicates.length > 0) {
    facts.push(['warning', paint('red', `${trace.duplicates.length} spans were sent more than once`)]);
  }
  const [first, ...others] = trace.observations;
  const children = trace.root && first ? [...first.children, ...others] : trace.observations;
  return [head, ...block('', facts, children, paint, width)].join('\n');
}

function block(
  indent: string,
  facts: readonly Fact[],
  children: readonly Observation[],
  paint: Paint,
  width: number,
): string[] {
  const lines: string[] = [];
  const rows = facts.length + children.length;
  const branch = (row: number) => paint('dim', row === rows - 1 ? '└─' : '├─');
  const beside = (row: number) => (row === rows - 1 ? '   ' : `${paint('dim', '│')}  `);
  facts.forEach(([label, text, ...more], row) => {
    lines.push(`${indent}${branch(row)} ${paint('dim', label.padEnd(LABEL_COLUMNS))}${text}`);
    lines.push(...more.map((line) => `${indent}${beside(row)}${' '.repeat(LABEL_COLUMNS)}${line}`));
  });
  children.forEach((child, at) => {
    const row = facts.length + at;
    lines.push(`${indent}${branch(row)} ${observationHead(child, paint)}`);
    const below = indent + beside(row);
    const own = [...valueFacts(child, paint, width), ...metadataFacts(child.metadata)];
    lines.push(...block(below, own, child.children, paint, width));
  });
  return lines;
}

function observationHead(observation: Observation, paint: Paint): string {
  const parts = [
    paint('cyan', inspectText(observation.type, 20).padEnd(LABEL_COLUMNS)) +
      inspectText(observation.name, 80),
  ];
  if (observation.model) {
    parts.push(inspectText(observation.model, 60));
  }
  parts.push(observation.durationMs === null ? 'not ended' : duration(observation.durationMs));
  if (observation.usage) {
    parts.push(tokens(observation.usage));
  }
  const dollars = observation.cost?.total;
  if (dollars !== undefined) {
    parts.push(`$${dollars.toFixed(6)}`);
  }
  return parts.join('  ');
}

function valueFacts(
  from: Pick<Observation, 'input' | 'output' | 'level' | 'statusMessage'>,
  paint: Paint,
  width: number,
): Fact[] {
  const facts: Fact[] = [];
  if (from.input !== undefined) {
    facts.push(['input', inspectText(from.input, width)]);
  }
  if (from.output !== undefined) {
    facts.push(['output', inspectText(from.output, width)]);
  }
  if (from.level === 'ERROR') {
    facts.push([
      'error',
      paint('red', inspectText(from.statusMessage ?? 'failed, without a message', width)),
    ]);
  } else if (from.statusMessage) {
    facts.push([from.level === 'WARNING' ? 'warning' : 'status', inspectText(from.statusMessage, width)]);
  }
  return facts;
}

function metadataFacts(metadata: Readonly<Record<string, unknown>>): Fact[] {
  const atlas: string[] = [];
  const rest: string[] = [];
  for (const [key, value] of Object.entries(metadata)) {
    (ATLAS.test(key) ? atlas : rest).push(`${inspectText(key, 60)}=${inspectText(value, 60)}`);
  }
  const facts: Fact[] = [];
  if (atlas.length > 0) {
    // Two on a line, because seven keys would be too wide for the screen.
    const pairs = atlas.flatMap((_, at) => (at % 2 === 0 ? [atlas.slice(at, at + 2).join('  ')] : []));
    facts.push(['atlas', ...pairs]);
  }
  if (rest.length > 0) {
    facts.push(['metadata', rest.join('  ')]);
  }
  return facts;
}

function tokens(usage: Readonly<Record<string, number>>): string {
  const { input, output, total, ...others } = usage;
  const parts = [
    input === undefined ? undefined : `${input} in`,
    output === undefined ? undefined : `${output} out`,
    input === undefined && output === undefined && total !== undefined ? `${total}` : undefined,
    ...Object.entries(others).map(([kind, count]) => `${count} ${inspectText(kind, 40)}`),
  ].filter((part) => part !== undefined);
  return `${parts.join(' + ')} tokens`;
}

function duration(ms: number): string {
  if (ms < 1) {
    return `${ms.toFixed(2)} ms`;
  }
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
