import type { ValueTarget } from '../site.js';
import { indentedLines } from '../syntax/line-starts.js';
import { type Node, ts } from '../syntax/syntax.js';

/** The target for an expression whose value is a handler. */
export function valueTarget(handler: Node): ValueTarget {
  const body = { start: handler.getStart(), end: handler.end };
  const lines = indentedLines(handler.getSourceFile(), body.start, body.end);
  return { kind: 'value', body, lines, ...spellingOf(handler) };
}

/** `{ execute }` and `{ execute: execute }` both become `execute: traceMcpTool(…)`. `remove` must distinguish them. */
function spellingOf(handler: Node): Pick<ValueTarget, 'member'> {
  if (ts.isShorthandPropertyAssignment(handler.parent)) return { member: 'shorthand' };
  const isRepeated =
    ts.isPropertyAssignment(handler.parent) && handler.parent.name.getText() === handler.getText();
  return isRepeated ? { member: 'repeated' } : {};
}
