import { type Edit, insertion } from '../../core/edits.js';
import { lineEnd, lineStart } from '../../text/lines.js';
import type { ModelClient } from '../../tools/site.js';
import { type CallExpression, type Expression, isCallOf } from '../../tools/syntax/syntax.js';
import type { WrapOptions } from '../wrap-options.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { aroundArgument, printArguments } from './argument.js';
import { columnsOf } from './width.js';

interface Surroundings {
  /** What a line begins with in place of what stood before `at`. */
  readonly lead?: { readonly at: number; readonly text: string };
  /** Whether a wrapper may give the lines a level. */
  readonly isDeeper: boolean;
}

/**
 * `client` becomes `observeModel(trace, client)`; in lines of its own where that is wider than what the project states.
 * @param trace name of the trace it belongs to; undefined where that is known only when it runs
 */
export function printModels(
  text: string,
  clients: readonly ModelClient[],
  trace: string | undefined,
  options: Pick<WrapOptions, 'names' | 'style' | 'trailingComma' | 'width'>,
  { lead, isDeeper }: Surroundings,
): Edit[] {
  const { names, style, width } = options;
  const opens = clients.map(({ by }) => `${names.local(by)}(${trace}, `);
  return clients.flatMap((client, index) => {
    const { start, end } = client;
    const open = opens[index] ?? '';
    const beside = [insertion(start, open), insertion(end, ')')];
    if (!width.isStated || text.slice(start, end).includes('\n')) return beside;
    const isLed = lead !== undefined && lineStart(text, lead.at) === lineStart(text, start);
    const first = isLed ? lead.text + text.slice(lead.at, start) : text.slice(lineStart(text, start), start);
    const theirs = columnsOf((first + text.slice(start, lineEnd(text, end))).trimEnd(), width.tab);
    // What is put into the same line.
    const others = clients.map((other, at) =>
      lineStart(text, other.start) === lineStart(text, start) ? (opens[at]?.length ?? 0) + 1 : 0,
    );
    const ours = others.reduce((sum, one) => sum + one, isDeeper ? columnsOf(style.indent, width.tab) : 0);
    // Where a line is too wide without ours, a break of ours would not help.
    if (theirs + ours <= width.line || theirs > width.line) return beside;
    const given = { run: names.local(client.by), before: [String(trace)], behind: [] };
    return printArguments(text, { body: client, lines: [] }, given, options);
  });
}

/** How many columns the clients' lines grow by, where they stand in one. */
export function growthBy(
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
