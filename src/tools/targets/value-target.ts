import type { ValueTarget } from '../site.js';
import { indentedLines } from '../syntax/line-starts.js';
import { type Node, ts } from '../syntax/syntax.js';

/** An expression for a tool's function, wrapped as a value. */
export function valueTarget(handler: Node): ValueTarget {
  const body = { start: handler.getStart(), end: handler.end };
  const lines = indentedLines(handler.getSourceFile(), body.start, body.end);
  return { kind: 'value', body, lines, ...spellingOf(handler) };
}

/** Both become `execute: traceMcpTool(…)`, and `remove` must distinguish them. */
function spellingOf(handler: Node): Pick<ValueTarget, 'member'> {
  if (ts.isShorthandPropertyAssignment(handler.parent)) return { member: 'shorthand' };
  const isRepeated =
    ts.isPropertyAssignment(handler.parent) && handler.parent.name.getText() === handler.getText();
  return isRepeated ? { member: 'repeated' } : {};
}
