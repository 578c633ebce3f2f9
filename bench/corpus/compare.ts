import { posix } from 'node:path';
import type { PlannedTool } from '../../src/core/plan.js';
import type { Written } from './positions.js';

export interface ListedTool {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based line of the handler; null if it is not a function of the file. */
  readonly handlerLine: number | null;
  /** Absent without a Worker's entry. */
  readonly reachable?: boolean;
  readonly family: string;
}

interface Outcome {
  readonly traced: number;
  readonly manual: number;
  readonly missed: readonly string[];
  readonly false: readonly string[];
  readonly manualReasons: readonly string[];
  readonly unproven: readonly string[];
}

/** Pairs planned tools with the tools that were counted by hand. */
export function compare(
  { dir, tools }: { readonly dir: string; readonly tools: readonly ListedTool[] },
  planned: readonly PlannedTool[],
  written: readonly Written[],
): Outcome {
  const left = planned.filter((tool) => tool.status !== 'ignored');
  const pairs = pair(tools, left, dir);
  const reached = tools.filter((tool) => tool.reachable !== false);
  const found = reached.flatMap((tool) => pairs.get(tool) ?? []);
  const manual = found.filter((tool) => tool.status === 'manual');
  const unproven = reached.filter((tool) => {
    const one = pairs.get(tool);
    return one?.status === 'planned' && !isWrapped(tool, dir, written);
  });
  const dynamic = reached.filter((tool) => !pairs.has(tool) && isWrappedLoop(tool, dir, written));
  const missed = reached.filter((tool) => !pairs.has(tool) && !dynamic.includes(tool));
  return {
    traced: found.length - manual.length - unproven.length + dynamic.length,
    unproven: unproven.map((tool) => `${where(tool)} ${tool.family}`),
    manual: manual.length,
    missed: missed.map((tool) => `${where(tool)} ${tool.family}`),
    false: left.map((tool) => `${where(tool)} ${tool.status}`),
    manualReasons: manual.map((tool) => `${where(tool)} ${tool.reason}`),
  };
}

/** Removes every planned tool with a listed one from `left`. */
function pair(tools: readonly ListedTool[], left: PlannedTool[], dir: string): Map<ListedTool, PlannedTool> {
  const place = (tool: PlannedTool) => posix.normalize(posix.join(dir, tool.file));
  // First by the same name in the same file, then by the same name, then by the same place.
  const tests: ((one: PlannedTool, tool: ListedTool) => boolean)[] = [
    (one, tool) => one.name === tool.name && place(one) === tool.file,
    (one, tool) => one.name === tool.name,
    (one, tool) => place(one) === tool.file && Math.abs(one.line - tool.line) <= 2,
  ];
  const pairs = new Map<ListedTool, PlannedTool>();
  for (const test of tests) {
    for (const tool of tools) {
      const at = pairs.has(tool) ? -1 : left.findIndex((one) => test(one, tool));
      const [found] = at === -1 ? [] : left.splice(at, 1);
      if (found) pairs.set(tool, found);
    }
  }
  return pairs;
}

/** Returns true if a listed shared site, which has no name, has one wrapper that reads the name at run time. */
function isWrappedLoop(tool: ListedTool, dir: string, written: readonly Written[]): boolean {
  const here = near(tool, dir, written).filter(({ kind }) => kind === 'tool');
  return tool.name === '<dynamic>' && here.length === 1 && here[0]?.name === undefined;
}

/** Wrappers in the lines of a listed tool. */
function near({ file, line, handlerLine }: ListedTool, dir: string, written: readonly Written[]): Written[] {
  const first = Math.min(line, handlerLine ?? line) - 1;
  const last = (handlerLine ?? line) + HEAD;
  return written.filter(
    (one) => posix.normalize(posix.join(dir, one.file)) === file && one.line >= first && one.line <= last,
  );
}

/**
 * The largest number of lines between the start of a function and its first statement: each parameter may have its own
 * line.
 */
const HEAD = 12;

/**
 * Returns true if the written text has one wrapper with the tool's name around a listed tool. Tools of a shared site
 * need a wrapper in the project that reads the name at run time; its place is not checked.
 */
function isWrapped(tool: ListedTool, dir: string, written: readonly Written[]): boolean {
  const here = near(tool, dir, written);
  const own = here.filter(({ kind, name }) => kind === 'tool' && name === tool.name);
  if (own.length > 0) return own.length === 1;
  if (here.some(({ kind }) => kind === 'server') && tool.name.startsWith('<')) return true;
  return written.some(({ kind, name }) => kind === 'tool' && name === undefined);
}

function where({ name, file, line }: { name: string; file: string; line: number }): string {
  return `${name} ${file}:${line}`;
}
