import { lineStart, nextLine } from '../../text/lines.js';
import { quoted } from '../../text/style.js';
import { TASKS } from '../../tools/generated-names.js';
import { type Node, ts } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Wrapper } from '../wrapper.js';
import { columnsOf } from './width.js';

/** Table entry of one tool. A missing field means the runtime's default. */
export interface ToolFacts {
  readonly task?: string;
  readonly oversight?: string;
  readonly description?: string;
}

type Layout = Pick<WrapOptions, 'style' | 'quote' | 'trailingComma' | 'width'>;

/**
 * Prints the table of metadata by tool name, for tools that share a site. It is a statement below the imports, after a
 * blank line. A tool without an entry has the runtime's default.
 * @param type the table's type; undefined in JavaScript
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

function entry(key: string, tool: ToolFacts, { style, quote, trailingComma, width }: Layout): string {
  const { eol, indent } = style;
  const { description } = tool;
  // The name, the quotes and a comma are on the same line.
  const room = width.line - 2 * columnsOf(indent, width.tab) - 'description: "",'.length;
  const facts = description === undefined ? tool : { ...tool, description: shortened(description, room) };
  const members = Object.entries(facts).map(([name, value]) => `${name}: ${quoted(String(value), quote)}`);
  const isPlain = members.length === 1 && facts.task !== undefined;
  const value = isPlain ? quoted(facts.task ?? '', quote) : `{ ${members.join(', ')} }`;
  const line = `${indent}${key}: ${value}`;
  if (isPlain || columnsOf(line, width.tab) < width.line) return line;
  const inner = members.map((member) => indent + indent + member).join(`,${eol}`);
  return `${indent}${key}: {${eol}${inner}${trailingComma ? ',' : ''}${eol}${indent}}`;
}

/** The longest description in the table, in characters. */
const LONGEST = 80;

/** Cuts a description at the end of a word. */
function shortened(description: string, room: number): string {
  const longest = Math.max(20, Math.min(LONGEST, room));
  if (description.length <= longest) return description;
  return `${description.slice(0, longest - 1).replace(/\s+\S*$/, '')}…`;
}

function keyOf(name: string, quote: '"' | "'"): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : quoted(name, quote);
}

/** Recognises the table and the blank line above it. */
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

/** The table wraps no code of the user. */
const NOWHERE = -1;
