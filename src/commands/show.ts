import type { Finding } from '../core/findings.js';
import type { Plan, PlannedServer, PlannedTool } from '../core/plan.js';
import type { RuntimeSource } from '../core/record.js';
import { wrapped } from '../text/wrapped.js';
import { ANY_NAME } from '../tools/site.js';
import type { Member } from './member.js';
import type { Terminal } from './terminal.js';

const GLYPH = { error: '✖', warning: '▲', info: '●' } as const;
const COLOR = { error: 'red', warning: 'yellow', info: 'blue' } as const;

/** Prints the Worker, its config, and its tools by file. */
export function showFound(plan: Plan, terminal: Terminal): void {
  const say = (line: string, indent: number) =>
    terminal.say(wrapped(`${' '.repeat(indent)}${line}`, terminal.columns, indent + 4));
  for (const worker of plan.workers) {
    const config = worker.config ? worker.config.path : 'no Wrangler config: layer 1 is skipped';
    say(`${terminal.paint('bold', visible(worker.name))}  ${terminal.paint('dim', config)}`, 0);
    if (worker.tools.length === 0) say('no MCP tools found', 2);
    for (const server of worker.servers) say(serverLine(server, terminal), 2);
    for (const [file, tools] of byFile(worker.tools)) {
      say(visible(file), 2);
      for (const tool of tools) say(toolLine(tool, terminal), 4);
    }
  }
}

function serverLine({ name, file, line, status, reason }: PlannedServer, terminal: Terminal): string {
  const place = terminal.paint('dim', `${visible(file)}:${line}`);
  switch (status) {
    case 'planned':
      return `${terminal.paint('green', '+')} server ${visible(name)}, every request recorded  ${place}`;
    case 'observed':
      return `${terminal.paint('green', '✔')} server ${visible(name)}, observed  ${place}`;
    case 'manual':
      return `${terminal.paint('yellow', '▲')} server ${visible(name)}, by hand: ${reason}  ${place}`;
    case 'ignored':
      return terminal.paint('dim', `- server ${visible(name)}  ${reason}`);
  }
}

function toolLine(tool: PlannedTool, terminal: Terminal): string {
  const isNamed = tool.kind === 'tool' || !isLiteral(tool.name);
  const name = isNamed ? toolName(tool) : `${tool.kind} ${toolName(tool)}`;
  switch (tool.status) {
    case 'planned':
      return [
        terminal.paint('green', '+'),
        name,
        ...(tool.kind === 'tool' ? [` ${terminal.paint('dim', tool.task)}`] : []),
      ].join(' ');
    case 'traced':
      return `${terminal.paint('green', '✔')} ${name}  ${terminal.paint('dim', tool.kind === 'tool' ? `${tool.task}, traced` : 'traced')}`;
    case 'manual':
      return `${terminal.paint('yellow', '▲')} ${name}  ${terminal.paint('dim', `by hand: ${tool.reason}`)}`;
    case 'ignored':
      return `${terminal.paint('dim', `- ${name}  ${tool.reason}`)}`;
  }
}

/**
 * The name as text. For a name that is only known at run time, a plan has its source, such as `${source}` or
 * `*`.
 */
export function toolName({ name, kind }: Pick<PlannedTool, 'name' | 'kind'>): string {
  if (isLiteral(name)) return visible(name);
  if (name === ANY_NAME) return `every ${kind}`;
  const source = name.slice(2, -1).replace(/\s+/g, ' ');
  const short = source.length > MOST_SOURCE ? `${source.slice(0, MOST_SOURCE)}…` : source;
  return visible(`a ${kind} named at run time (${short})`);
}

function isLiteral(name: string): boolean {
  return name !== ANY_NAME && !/^\$\{[\s\S]*\}$/.test(name);
}

/** The number of characters that are shown of a name's source. */
const MOST_SOURCE = 40;

/** Informational findings are shown once: before the project is set up. */
export function withoutKnownInfo(findings: readonly Finding[], isSetUp: boolean): readonly Finding[] {
  return isSetUp ? findings.filter(({ resolution }) => resolution !== 'none') : findings;
}

export function isSetUp({ members }: { readonly members: readonly Member[] }): boolean {
  return members.some(({ project }) => project.record !== undefined);
}

export function showFindings(findings: readonly Finding[], terminal: Terminal): void {
  for (const { level, file, line, message, fix, rule } of findings) {
    const head = `${terminal.paint(COLOR[level], GLYPH[level])} ${visible(file)}:${line}`;
    const text = `${head}  ${visible(message)}  ${terminal.paint('dim', rule)}`;
    terminal.say(wrapped(text, terminal.columns, INDENT));
    terminal.say(indented(fix, terminal));
  }
}

const RUNTIME_WORDS: Readonly<Record<RuntimeSource, string>> = {
  registry: 'from the npm registry',
  workspace: 'the package of this repository',
  vendor: 'a copy in vendor/observability',
  packages: 'from your tarballs',
};

/** Prints the source of the package that the generated code imports. */
export function showRuntime(runtime: RuntimeSource, terminal: Terminal): void {
  terminal.say(terminal.paint('dim', `Runtime: ${RUNTIME_WORDS[runtime]}`));
}

/** Prints the numbers of new, changed and removed files on one line. */
export function showCounts(plan: Plan, terminal: Terminal): void {
  const verbs = { create: 'new', modify: 'changed', delete: 'removed' } as const;
  const files = (['create', 'modify', 'delete'] as const)
    .map(
      (action) => [plan.changes.filter((change) => change.action === action).length, verbs[action]] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, verb]) => `${count} ${verb}`);
  terminal.say(`Files: ${files.join(', ')}`);
}

function byFile(tools: readonly PlannedTool[]): Map<string, PlannedTool[]> {
  const groups = new Map<string, PlannedTool[]>();
  for (const tool of tools) groups.set(tool.file, [...(groups.get(tool.file) ?? []), tool]);
  return groups;
}

/**
 * Escapes control characters. Names in a project may contain line breaks and escape sequences, which could control the
 * terminal, or the CI service that reads the log.
 */
export function visible(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The indentation of all lines of a finding after the first one, in columns. */
const INDENT = 4;

/** Indents a text. Several lines are code to paste, so they are not wrapped. */
function indented(text: string, { columns }: Terminal): string {
  const lines = text.split('\n').map((line) => ' '.repeat(INDENT) + visible(line));
  const [only] = lines;
  return lines.length === 1 && only ? wrapped(only, columns, INDENT) : lines.join('\n');
}
