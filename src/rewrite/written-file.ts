import { splice } from '../core/edits.js';
import type { HandlerSite } from '../tools/site.js';
import { type FileImports, readImports } from '../tools/syntax/imports.js';
import { isCallOf, parse, type SourceFile, tryParse, ts, walk } from '../tools/syntax/syntax.js';
import { cutsOf, type Wrapper } from './wrapper.js';
import { findWrappers } from './wrappers.js';

/** A file, and the same file without the code of `init`. */
export interface WrittenFile {
  readonly text: string;
  readonly current: SourceFile;
  /** Sites have positions in this text, so families never see our wrappers. */
  readonly original: SourceFile;
  readonly imports: FileImports;
  readonly wrappers: readonly Wrapper[];
  /** A person wrote a call of `observeServer` or `observeMessage`: its shape is not ours. */
  readonly isObserved: boolean;
}

/** The code that `init` wrote into a file, and the text without it. */
interface FoundWrappers extends Pick<WrittenFile, 'current' | 'imports' | 'wrappers'> {
  readonly without: string;
}

/** @throws SourceSyntaxError if the file does not parse */
export function wrappersIn(path: string, text: string): FoundWrappers {
  const current = parse(path, text);
  const imports = readImports(current);
  const wrappers = findWrappers(current, imports.runtimeNames);
  const without = wrappers.length === 0 ? text : splice(text, cutsOf(wrappers));
  return { current, imports, wrappers, without };
}

/** @throws SourceSyntaxError if the file does not parse */
export function readWritten(path: string, text: string): WrittenFile {
  const { current, imports, wrappers: found, without: rest } = wrappersIn(path, text);
  const without = found.length === 0 ? current : tryParse(path, rest);
  // If the rest does not parse, someone restructured our code. It then counts as the user's.
  const original = without ?? current;
  const isObserved = callsObserveServer(original, imports);
  return { text, current, original, imports, wrappers: without ? found : [], isObserved };
}

function callsObserveServer(file: SourceFile, { runtimeNames }: FileImports): boolean {
  const names = ['observeServer', 'observeMessage'].flatMap((name) => runtimeNames.get(name) ?? []);
  let found = false;
  if (names.length === 0) return false;
  walk(file, (node) => {
    found ||= ts.isCallExpression(node) && names.some((name) => isCallOf(node, name));
    return !found;
  });
  return found;
}

/** Converts a 1-based line of `original` to a line of `current`. */
export function currentLine({ current, original, wrappers }: WrittenFile, line: number): number {
  if (wrappers.length === 0) return line;
  const start = original.getPositionOfLineAndCharacter(line - 1, 0);
  let at = start + (/^\s*/.exec(original.text.slice(start))?.[0].length ?? 0);
  for (const cut of cutsOf(wrappers)) if (cut.start < at) at += cut.end - cut.start;
  return current.getLineAndCharacterOfPosition(Math.min(at, current.end)).line + 1;
}

/** Returns a function that adds to a site who traces it. */
export function traceMarker(file: WrittenFile): (site: HandlerSite) => HandlerSite {
  const places = tracedPlaces(file.wrappers);
  const byPerson = tracesByPerson(file);
  return (site) => {
    if (site.target.kind === 'manual') return site;
    const { start, end } = site.target.body;
    const wrapper = places.get(start);
    if (wrapper) {
      const { content, task } = wrapper;
      return { ...site, trace: task ? { by: 'init', content, task } : { by: 'init', content } };
    }
    return byPerson.some((at) => at >= start && at < end) ? { ...site, trace: { by: 'person' } } : site;
  };
}

/** Maps the start of each wrapper's content in the original text to the wrapper. If two share it, the outer one counts. */
export function tracedPlaces(wrappers: readonly Wrapper[]): Map<number, Wrapper> {
  const cuts = cutsOf(wrappers);
  const places = new Map<number, Wrapper>();
  for (const wrapper of wrappers) {
    const before = cuts.filter((cut) => cut.end <= wrapper.content);
    const start =
      wrapper.content - before.reduce((sum, cut) => sum + cut.end - cut.start - cut.text.length, 0);
    if (!places.has(start)) places.set(start, wrapper);
  }
  return places;
}

/** Offsets of the traces that a person wrote. */
function tracesByPerson({ original, imports: { runtimeNames } }: WrittenFile): number[] {
  const opens = ['createTrace', 'withTrace', 'traceMcpTool'].flatMap((name) => runtimeNames.get(name) ?? []);
  const found: number[] = [];
  if (opens.length === 0) return found;
  walk(original, (node) => {
    if (ts.isCallExpression(node) && opens.includes(node.expression.getText())) found.push(node.getStart());
  });
  return found;
}
