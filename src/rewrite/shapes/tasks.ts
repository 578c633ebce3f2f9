import { lineStart, nextLine } from '../../text/lines.js';
import { quoted } from '../../text/style.js';
import { TASKS } from '../../tools/generated-names.js';
import { type Node, ts } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Wrapper } from '../wrapper.js';
import { columnsOf } from './width.js';

/** Table entry of one tool; missing fields have the runtime's default. */
export interface ToolFacts {
  readonly task?: string;
  readonly oversight?: string;
  readonly description?: string;
}

type Layout = Pick<WrapOptions, 'style' | 'quote' | 'trailingComma' | 'width'>;

/**
 * Metadata of tools that run through one place, by name: a statement below the imports, after a blank line.
 * A tool that is not in it has the runtime's own default.
 * @param type of the table; undefined where the file is no TypeScript
 */
export function printTasks(
  facts: ReadonlyMap<string, ToolFacts>,
  layout: Layout,
  type: string | undefined,
): string {
  const { eol } = layout.style;
  const members = [...facts].map(([name, one]) => entry(keyOf(name, layout.quote), one, layout));
  const comma = layout.trailingComma ? ',' : '';
  const head = type === undefined ? '' : `: ${type}`;
  return `${eol}const ${TASKS}${head} = {${eol}${members.join(`,${eol}`)}${comma}${eol}};${eol}`;
}

function entry(key: string, known: ToolFacts, { style, quote, trailingComma, width }: Layout): string {
  const { eol, indent } = style;
  const { description } = known;
  // Quotes, a comma and the name are in the same line.
  const room = width.line - 2 * columnsOf(indent, width.tab) - 'description: "",'.length;
  const facts = description === undefined ? known : { ...known, description: shortened(description, room) };
  const members = Object.entries(facts).map(([name, value]) => `${name}: ${quoted(String(value), quote)}`);
  const isPlain = members.length === 1 && facts.task !== undefined;
  const value = isPlain ? quoted(facts.task ?? '', quote) : `{ ${members.join(', ')} }`;
  const line = `${indent}${key}: ${value}`;
  if (isPlain || columnsOf(line, width.tab) < width.line) return line;
  const inner = members.map((member) => indent + indent + member).join(`,${eol}`);
  return `${indent}${key}: {${eol}${inner}${trailingComma ? ',' : ''}${eol}${indent}}`;
}

/** Characters of a description that a table of tools has room for. */
const MOST = 80;

/** Up to a word's end. */
function shortened(description: string, room: number): string {
  const most = Math.max(20, Math.min(MOST, room));
  if (description.length <= most) return description;
  return `${description.slice(0, most - 1).replace(/\s+\S*$/, '')}…`;
}

function keyOf(name: string, quote: '"' | "'"): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : quoted(name, quote);
}

/** The table, with the blank line above it. */
export function recogniseTasks(node: Node): Wrapper | undefined {
  if (!ts.isVariableStatement(node) || !ts.isSourceFile(node.parent) || node.modifiers?.length)
    return undefined;
  const [only, ...more] = node.declarationList.declarations;
  if (!only || more.length > 0 || only.name.getText() !== TASKS) return undefined;
  if (!only.initializer || !ts.isObjectLiteralExpression(only.initializer)) return undefined;
  const { text } = node.getSourceFile();
  const start = lineStart(text, node.getStart());
  const above = lineStart(text, Math.max(start - 1, 0));
  const isBlankAbove = text.slice(above, start).trim() === '';
  return {
    content: NOWHERE,
    isTasks: true,
    cuts: [{ start: isBlankAbove ? above : start, end: nextLine(text, node.end) }],
  };
}

/** The table is around nothing. */
const NOWHERE = -1;
