import { lineStart, nextLine } from '../../text/lines.js';
import { quoted } from '../../text/style.js';
import { TASKS } from '../../tools/generated-names.js';
import { type Node, ts } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Wrapper } from '../wrapper.js';

/**
 * The Atlas tasks of tools that run through one place, by name: a statement below the imports, with a blank line above.
 * A tool that is not in it has the runtime's own default.
 * @param isTyped whether the file is TypeScript
 */
export function printTasks(
  tasks: ReadonlyMap<string, string>,
  { style, quote, trailingComma }: Pick<WrapOptions, 'style' | 'quote' | 'trailingComma'>,
  isTyped: boolean,
): string {
  const { eol, indent } = style;
  const kinds = [...new Set(tasks.values())].sort().map((task) => quoted(task, quote));
  const type = isTyped ? `: Record<string, ${kinds.join(' | ')}>` : '';
  const members = [...tasks].map(([name, task]) => `${indent}${keyOf(name, quote)}: ${quoted(task, quote)}`);
  const comma = trailingComma ? ',' : '';
  return `${eol}const ${TASKS}${type} = {${eol}${members.join(`,${eol}`)}${comma}${eol}};${eol}`;
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
