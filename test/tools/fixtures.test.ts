import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import type { Change } from '../../src/core/plan.js';
import { planTools, type ToolsPlan } from '../../src/plan/tools/plan-tools.js';
import { Disk } from '../../src/project/disk.js';
import { type CandidateFile, candidateFiles } from '../../src/project/source-files.js';
import { readSource } from '../../src/rewrite/read-source.js';
import { ownWrappers, untraceTools } from '../../src/rewrite/untrace-tools.js';
import { candidatesWith } from '../../src/tools/candidate.js';
import { casesOf, filesBelow, read } from '../support/cases.js';

const INTENT = { fallbackName: 'fallback', aiBinding: 'AI', tasks: new Map(), includeUnreachable: true };

/** `UPDATE_FIXTURES=1 npx vitest run test/tools` writes the current results. Read the diff before you keep it. */
const isUpdate = process.env['UPDATE_FIXTURES'] === '1';

describe.each(casesOf('tools'))('$name', ({ name, input, expected }) => {
  let sources: CandidateFile[];
  let plan: ToolsPlan;
  let results: Map<string, string>;

  beforeAll(() => {
    const filter = candidatesWith(registrarsOf(dirname(input)));
    sources = candidateFiles({ dir: input, root: input, entry: undefined, filter, disk: new Disk() });
    plan = planTools(sources, intentOf(input));
    results = new Map(
      filesBelow(input).map((path) => [path, changed(read(input, path), plan.changes, path)]),
    );
    if (isUpdate) update(expected, results, plan);
  });

  it('has the expected result, and every expected file is compared', () => {
    const compared = [...results.keys(), 'tools.json'].sort();
    expect(filesBelow(expected)).toEqual(compared);
    for (const [path, text] of results) expect(text, path).toBe(read(expected, path));
    expect(toolsJson(plan.tools)).toBe(read(expected, 'tools.json'));
  });

  it('only inserts text, except that a value may be returned or get a variable, and a space become a line break', () => {
    const isBreak = (before: string, after: string) => before === ' ' && /^\r?\n[ \t]*$/.test(after);
    const isReturn = (before: string, after: string) => after === 'return ' && /^[\w$]+ = $/.test(before);
    const isRename = (before: string, after: string) =>
      new RegExp(`^(new|next)${before.charAt(0).toUpperCase()}${before.slice(1)}$`).test(after);
    for (const change of plan.changes) {
      expect(change.action).toBe('modify');
      if (change.action !== 'modify') continue;
      for (const { start, end, text } of change.edits) {
        const before = change.before.slice(start, end);
        const isKnown = [isReturn, isRename, isBreak].some((is) => is(before, text));
        expect(start === end || isKnown, text).toBe(true);
      }
    }
  });

  it('changes nothing in a second run', () => {
    const again = sources.map((source) => ({ ...source, text: results.get(source.path) as string }));
    expect(planTools(again, intentOf(input)).changes).toEqual([]);
  });

  it('is undone byte for byte', () => {
    for (const { path, text } of sources)
      expect(undone(path, results.get(path) as string, plan), `${name}/${path}`).toBe(text);
  });

  it('is broken into lines on a narrow page, which is undone byte for byte', () => {
    const intent = { ...intentOf(input), widthOf: () => ({ line: 50, tab: 2 }) };
    const narrow = planTools(sources, intent);
    expect(narrow.tools).toEqual(plan.tools);
    const again = sources.map((source) => ({
      ...source,
      text: changed(source.text, narrow.changes, source.path),
    }));
    expect(planTools(again, intent).changes).toEqual([]);
    for (const [index, { path, text }] of again.entries())
      expect(undone(path, text, plan), `${name}/${path}`).toBe(sources[index]?.text);
  });
});

/** The result of `remove`: a file without the code of `init`. */
function undone(path: string, text: string, { tools }: ToolsPlan): string {
  const own = new Set(tools.filter((tool) => tool.status === 'traced').map((tool) => tool.name));
  const reading = readSource(path, text, INTENT);
  return splice(text, untraceTools(reading, ownWrappers(reading, own)));
}

function intentOf(input: string) {
  return { ...INTENT, registrars: registrarsOf(dirname(input)) };
}

function update(expected: string, results: ReadonlyMap<string, string>, { tools }: ToolsPlan): void {
  for (const [path, text] of results) {
    mkdirSync(dirname(join(expected, path)), { recursive: true });
    writeFileSync(join(expected, path), text);
  }
  writeFileSync(join(expected, 'tools.json'), toolsJson(tools));
}

/** The registrars that a person configured, in a file next to the case's `input`. */
function registrarsOf(folder: string): string[] {
  const path = join(folder, 'registrars.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : [];
}

function changed(text: string, changes: readonly Change[], path: string): string {
  const change = changes.find((candidate) => candidate.path === path);
  return change?.action === 'modify' ? splice(text, change.edits) : text;
}

function toolsJson(tools: ToolsPlan['tools']): string {
  return `${JSON.stringify(tools, null, 2)}\n`;
}
