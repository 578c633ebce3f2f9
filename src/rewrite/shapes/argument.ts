import { type Edit, insertion } from '../../core/edits.js';
import { indentAt, levelAt } from '../../text/lines.js';
import type { Range } from '../../tools/site.js';
import type { CallExpression, Expression } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { Cut, Wrapper } from '../wrapper.js';
import { levelCuts } from './laid-out.js';

export interface Arguments {
  readonly run: string;
  /** Source text of the arguments before the wrapped one. */
  readonly before: readonly string[];
  /** Source text of the arguments after it. */
  readonly after: readonly string[];
  /** Adds parentheses around the wrapped argument. */
  readonly isNested?: boolean;
}

/** Prints our call around one of its arguments, with each argument on its own line. */
export function printArguments(
  text: string,
  { body: { start, end }, lines }: { readonly body: Range; readonly lines: readonly number[] },
  { run, before, after, isNested }: Arguments,
  { style, trailingComma }: Pick<WrapOptions, 'style' | 'trailingComma'>,
): Edit[] {
  const outer = `${style.eol}${indentAt(text, start)}`;
  const level = levelAt(text, start, style.indent);
  const above = before.map((one) => `${outer}${level}${one},`).join('');
  const below = after.map((one) => `,${outer}${level}${one}`).join('');
  const [left, right] = isNested ? ['(', ')'] : ['', ''];
  return [
    insertion(start, `${run}(${above}${outer}${level}${left}`),
    ...lines.map((at) => insertion(at, level)),
    insertion(end, `${right}${below}${trailingComma ? ',' : ''}${outer})`),
  ];
}

/** Prints such a call as one text. `indent` is that of its first line. */
export function callInLines(
  run: string,
  args: readonly string[],
  { indent, level }: { readonly indent: string; readonly level: string },
  { style, trailingComma }: Pick<WrapOptions, 'style' | 'trailingComma'>,
): string {
  const outer = `${style.eol}${indent}`;
  const lines = args.map((one) => `${outer}${level}${one}`).join(',');
  return `${run}(${lines}${trailingComma ? ',' : ''}${outer})`;
}

/**
 * The wrapper of a call that returns one of its arguments, possibly changed.
 * @param above our line break before the call
 */
export function aroundArgument(call: CallExpression, value: Expression, above?: Cut): Wrapper {
  const within = { start: value.getStart(), end: value.end };
  return {
    content: within.start,
    cuts: [
      ...(above ? [above] : []),
      { start: call.getStart(), end: within.start },
      ...levelCuts(call.getSourceFile(), above?.start ?? call.getStart(), within),
      { start: within.end, end: call.end },
    ],
  };
}
