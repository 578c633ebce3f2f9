import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';
import { Disk } from '../../src/project/disk.js';
import { candidateFiles } from '../../src/project/source-files.js';
import { readSource } from '../../src/rewrite/read-source.js';
import { ownWrappers, untraceTools } from '../../src/rewrite/untrace-tools.js';
import { CANDIDATE } from '../../src/tools/candidate.js';
import { casesOf } from '../support/cases.js';

const TAB = 2;

// The fixtures have all kinds of insertions, and a page of any width must fit them.
describe.each(casesOf('tools'))('$name', ({ input }) => {
  it.each([80, 90, 100, 110, 120])('none of our lines has more than %i columns', (line) => {
    const sources = candidateFiles({
      dir: input,
      root: dirname(input),
      entry: undefined,
      filter: CANDIDATE,
      disk: new Disk(),
    });
    const intent = {
      fallbackName: 'fallback',
      aiBinding: 'AI',
      tasks: new Map(),
      includeUnreachable: true,
      widthOf: () => ({ line, tab: TAB }),
    };
    const { changes, tools } = planTools(sources, intent);
    const own = new Set(tools.filter(({ status }) => status === 'traced').map(({ name }) => name));
    for (const change of changes) {
      if (change.action !== 'modify' || !change.before.includes('\n')) continue;
      const after = splice(change.before, change.edits);
      expect(tooWide(change.before, after, line), change.path).toEqual([]);
      const reading = readSource(change.path, after, { aiBinding: 'AI' });
      expect(splice(after, untraceTools(reading, ownWrappers(reading, own)))).toBe(change.before);
    }
  });
});

/**
 * Lines that are wider than the page because of what was put into them. Exempt are imports and single words, which no
 * formatter breaks; lines that were too wide before; and lines of theirs that only moved further in.
 */
function tooWide(before: string, after: string, width: number): string[] {
  const wide = before.split(/\r?\n/).filter((one) => columns(one) > width);
  return after.split(/\r?\n/).filter((one) => {
    if (columns(one) <= width || isOneWord(one) || /^import /.test(one)) return false;
    const isWideOfTheirs = wide.some((other) => isWithin(other.trim(), one) || other.includes(theirsIn(one)));
    return !isWideOfTheirs && !isAlone(one, before);
  });
}

/** A line without our code around expressions, and with the user's names of variables. */
function theirsIn(line: string): string {
  return line
    .replace(/observe(?:Model|Fetch)\(\w+, ([\w.$]+)\)/g, '$1')
    .replace(/^(\s*)(?:const|let) (\w+): \w+ =/, '$1$2 =')
    .replace(/\b(?:new|next)([A-Z])(?=\w*\b)/g, (_, first: string) => first.toLowerCase())
    .replace(/^\s*(?:return |(?:const|let) (?=\w+: \w+ =))?\(?/, '')
    .replace(/\)*[,;]*$/, '');
}

/** A line that contains only the user's expression, so we can't make it shorter. */
function isAlone(line: string, before: string): boolean {
  return before.includes(theirsIn(line)) && !/observe(?:Model|Fetch)\(/.test(line);
}

/** Returns true if another text contains all characters of a text, in the same order. */
function isWithin(inner: string, outer: string): boolean {
  let at = 0;
  for (const character of outer) if (character === inner[at]) at += 1;
  return at === inner.length;
}

/** A name, a text or a reference that no formatter breaks, with its member's name. */
function isOneWord(line: string): boolean {
  return /^\s*([\w$]+: )?('[^']*'|"[^"]*"|`[^`]*`|[^\s,()]+)[,;]?$/.test(line);
}

function columns(line: string): number {
  return line.replaceAll('\t', ' '.repeat(TAB)).length;
}
