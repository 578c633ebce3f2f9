import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { splice } from '../../src/core/edits.js';
import { planTools, type ToolsIntent, type ToolsPlan } from '../../src/plan/tools/plan-tools.js';
import { Disk } from '../../src/project/disk.js';
import { readProject } from '../../src/project/read-project.js';
import type { CandidateFile } from '../../src/project/source-files.js';
import { readSource } from '../../src/rewrite/read-source.js';
import { ownWrappers, untraceTools } from '../../src/rewrite/untrace-tools.js';
import { CANDIDATE } from '../../src/tools/candidate.js';
import { parse } from '../../src/tools/syntax/syntax.js';
import { compare, type ListedTool } from './compare.js';
import { writtenWrappers } from './positions.js';

/** The used fields of a project in a corpus list. */
export interface Listed {
  readonly repo: string;
  readonly dir: string;
  readonly configs?: readonly { readonly file: string }[];
  readonly tools: readonly ListedTool[];
}

export interface Row {
  readonly project: string;
  /** Tools that were counted by hand and that the Worker's entry imports. */
  readonly expected: number;
  readonly traced: number;
  readonly manual: number;
  /** Expected tools that were not found. */
  readonly missed: readonly string[];
  /** Found tools that are not on the list. */
  readonly false: readonly string[];
  readonly manualReasons: readonly string[];
  /** Planned tools without a wrapper around the listed place in the written text. They count as missed. */
  readonly unproven: readonly string[];
  readonly files: number;
  /** Every rewritten file parses. */
  readonly parses: string;
  /** A second `init` changes nothing, and `remove` restores every byte. */
  readonly roundTrip: string;
}

/** Plans layer 2 on a project and compares it with the tools that were counted by hand. */
export function measure(listed: Listed, root: string): Row {
  const empty = rowFor(listed);
  const dir = join(root, listed.dir);
  if (!existsSync(dir)) return { ...empty, roundTrip: 'no checkout' };
  try {
    const config = listed.configs?.[0]?.file;
    const project = readProject(dir, {
      filter: CANDIDATE,
      root,
      disk: new Disk(),
      ...(config && existsSync(join(dir, config)) ? { config } : {}),
    });
    const intent: ToolsIntent = {
      fallbackName: project.name,
      aiBinding: project.aiBinding,
      tasks: new Map(),
      includeUnreachable: false,
      modules: project,
      widthOf: project.widthOf,
    };
    const plan = planTools(project.sources, intent);
    const results = rewritten(project.sources, plan);
    return {
      ...empty,
      ...compare(
        listed,
        plan.tools.filter(({ kind }) => kind === 'tool'),
        plan.changes.flatMap((change) =>
          change.action === 'modify'
            ? writtenWrappers(change.path, change.before, splice(change.before, change.edits), change.edits)
            : [],
        ),
      ),
      files: plan.changes.length,
      parses: parses(results, plan),
      roundTrip: roundTrip(project.sources, results, { plan, intent }),
    };
  } catch (error) {
    return { ...empty, roundTrip: `error: ${(error as Error).message.slice(0, 200)}` };
  }
}

function rowFor({ repo, dir, tools }: Listed): Row {
  return {
    project: `${repo} ${dir}`,
    expected: tools.filter((tool) => tool.reachable !== false).length,
    traced: 0,
    manual: 0,
    missed: [],
    false: [],
    manualReasons: [],
    unproven: [],
    files: 0,
    parses: '-',
    roundTrip: '-',
  };
}

function rewritten(sources: readonly CandidateFile[], plan: ToolsPlan): CandidateFile[] {
  const changes = new Map(plan.changes.map((change) => [change.path, change]));
  return sources.map((source) => {
    const change = changes.get(source.path);
    return change?.action === 'modify' ? { ...source, text: splice(source.text, change.edits) } : source;
  });
}

function parses(results: readonly CandidateFile[], plan: ToolsPlan): string {
  const changed = new Set(plan.changes.map((change) => change.path));
  for (const { path, text } of results) {
    if (!changed.has(path)) continue;
    try {
      parse(path, text);
    } catch {
      return `not ${path}`;
    }
  }
  return 'ok';
}

function roundTrip(
  sources: readonly CandidateFile[],
  results: readonly CandidateFile[],
  { plan, intent }: { plan: ToolsPlan; intent: ToolsIntent },
): string {
  if (planTools(results, intent).changes.length > 0) return 'not idempotent';
  // Traces that existed before `init` belong to the author.
  const own = new Set(plan.tools.filter((tool) => tool.status === 'traced').map((tool) => tool.name));
  for (const [index, { path, text }] of results.entries()) {
    if (text === sources[index]?.text) continue;
    const reading = readSource(path, text, intent);
    const edits = untraceTools(reading, ownWrappers(reading, own));
    if (splice(text, edits) !== sources[index]?.text) return `not undone: ${path}`;
  }
  return 'ok';
}
