import type { CallExpression, Expression } from '../../tools/syntax/syntax.js';
import type { Wrapper } from '../wrapper.js';

/** A call of ours that gives one of its arguments back, in one way or another. */
export function aroundArgument(call: CallExpression, value: Expression): Wrapper {
  return {
    content: value.getStart(),
    cuts: [
      { start: call.getStart(), end: value.getStart() },
      { start: value.end, end: call.end },
    ],
  };
}
