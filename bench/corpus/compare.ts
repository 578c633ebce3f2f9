import { posix } from 'node:path';
import type { PlannedTool } from '../../src/core/plan.js';

export interface ListedTool {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Absent where there is no Worker's entry to reach it from. */
  readonly reachable?: boolean;
  readonly family: string;
}

interface Outcome {
  readonly traced: number;
  readonly manual: number;
  readonly missed: readonly string[];
  readonly false: readonly string[];
  readonly manualReasons: readonly string[];
}

/** Pairs what was planned with what was counted by hand. */
export function compare(
  { dir, tools }: { readonly dir: string; readonly tools: readonly ListedTool[] },
  planned: readonly PlannedTool[],
): Outcome {
  const left = planned.filter((tool) => tool.status !== 'ignored');
  const pairs = pair(tools, left, dir);
  const reached = tools.filter((tool) => tool.reachable !== false);
  const found = reached.flatMap((tool) => pairs.get(tool) ?? []);
  const manual = found.filter((tool) => tool.status === 'manual');
  return {
    traced: found.length - manual.length,
    manual: manual.length,
    missed: reached.filter((tool) => !pairs.has(tool)).map((tool) => `${where(tool)} ${tool.family}`),
    false: left.map((tool) => `${where(tool)} ${tool.status}`),
    manualReasons: manual.map((tool) => `${where(tool)} ${tool.reason}`),
  };
}

/** Takes every planned tool that has a listed one out of `left`. */
function pair(tools: readonly ListedTool[], left: PlannedTool[], dir: string): Map<ListedTool, PlannedTool> {
  const place = (tool: PlannedTool) => posix.normalize(posix.join(dir, tool.file));
  // The same name in the same file first, then the same name, then the same place.
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

function where({ name, file, line }: { name: string; file: string; line: number }): string {
  return `${name} ${file}:${line}`;
}
