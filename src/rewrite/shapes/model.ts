import { type Edit, insertion } from '../../core/edits.js';
import { lineEnd, lineStart } from '../../text/lines.js';
import type { ModelClient } from '../../tools/site.js';
import { type CallExpression, type Expression, isCallOf } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { aroundArgument, printArguments } from './argument.js';
import { columnsOf } from './width.js';

interface Surroundings {
  /** Other edits replace the start of the line: `text` is the new text before `at`. */
  readonly lead?: { readonly at: number; readonly text: string };
  /** A wrapper around the lines may indent them by a level. */
  readonly isDeeper: boolean;
}

/**
 * `client` becomes `observeModel(trace, client)`. The arguments get their own lines if one line is wider than the
 * project's configured width.
 * @param trace name of the variable with its trace; undefined if only the runtime can find the trace
 */
export function printModels(
  text: string,
  clients: readonly ModelClient[],
  trace: string | undefined,
  options: Pick<WrapOptions, 'names' | 'style' | 'trailingComma' | 'width'>,
  { lead, isDeeper }: Surroundings,
): Edit[] {
  const { names, style, width } = options;
  const openings = clients.map(({ by }) => `${names.local(by)}(${trace}, `);
  return clients.flatMap((client, index) => {
    const { start, end } = client;
    const open = openings[index] ?? '';
    const inOneLine = [insertion(start, open), insertion(end, ')')];
    if (!width.isStated || text.slice(start, end).includes('\n')) return inOneLine;
    const isAfterLead = lead !== undefined && lineStart(text, lead.at) === lineStart(text, start);
    const first = isAfterLead
      ? lead.text + text.slice(lead.at, start)
      : text.slice(lineStart(text, start), start);
    const userColumns = columnsOf((first + text.slice(start, lineEnd(text, end))).trimEnd(), width.tab);
    // Columns of our code on the same line.
    const others = clients.map((other, at) =>
      lineStart(text, other.start) === lineStart(text, start) ? (openings[at]?.length ?? 0) + 1 : 0,
    );
    const ourColumns = others.reduce(
      (sum, one) => sum + one,
      isDeeper ? columnsOf(style.indent, width.tab) : 0,
    );
    // If the line is too wide without our code, our line breaks would not help.
    if (userColumns + ourColumns <= width.line || userColumns > width.line) return inOneLine;
    const call = { run: names.local(client.by), before: [String(trace)], after: [] };
    return printArguments(text, { body: client, lines: [] }, call, options);
  });
}

/** The number of columns that we add to a line with these clients. */
export function columnsAddedBy(
  clients: readonly ModelClient[],
  trace: string | undefined,
  names: WrapOptions['names'],
): number {
  return clients.reduce((sum, { by }) => sum + `${names.local(by)}(${trace}, )`.length, 0);
}

export function recogniseModel(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const isOurs = isCallOf(call, names.get('observeModel')) || isCallOf(call, names.get('observeFetch'));
  return isOurs && call.arguments.length === 2
    ? aroundArgument(call, call.arguments[1] as Expression)
    : undefined;
}
