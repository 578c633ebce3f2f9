import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { splice } from '../../src/edits.js';
import type { PlannedTool } from '../../src/plan.js';
import { planTools } from '../../src/plan-tools.js';
import { readProject } from '../../src/project/read-project.js';
import { ownWrappers, untraceTools } from '../../src/rewrite/rewrite-source.js';
import { CANDIDATE } from '../../src/tools/candidate.js';
import { readSource } from '../../src/tools/read-source.js';

interface ListedTool {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly reachable: boolean;
  readonly family: string;
}

/** One project of a corpus list, as far as it is read here. */
interface Listed {
  readonly repo: string;
  readonly dir: string;
  readonly configs?: readonly { file: string }[];
  readonly tools: readonly ListedTool[];
}

interface Row {
  project: string;
  expected: number;
  traced: number;
  manual: number;
  missed: string[];
  false: string[];
  files: number;
  round: string;
}

/** Plans layer 2 on every project of a list and holds it against the tools that were counted by hand. */
export function runCorpus(list: string, repos: string, only: string | undefined): Row[] {
  const projects = JSON.parse(readFileSync(list, 'utf8')) as Listed[];
  return projects
    .filter(({ repo, dir }) => only === undefined || `${repo} ${dir}`.includes(only))
    .map((project) => measure(project, join(repos, project.repo.replace('/', '+'))));
}

function measure(listed: Listed, root: string): Row {
  const dir = join(root, listed.dir);
  const row: Row = {
    project: `${listed.repo} ${listed.dir}`,
    expected: listed.tools.filter((tool) => tool.reachable !== false).length,
    traced: 0,
    manual: 0,
    missed: [],
    false: [],
    files: 0,
    round: '-',
  };
  if (!existsSync(dir)) return { ...row, round: 'no checkout' };
  try {
    const config = listed.configs?.[0]?.file;
    const project = readProject(dir, {
      filter: CANDIDATE,
      root,
      ...(config && existsSync(join(dir, config)) ? { config } : {}),
    });
    const intent = {
      fallbackName: project.name,
      aiBinding: project.aiBinding,
      tasks: new Map(),
      includeUnreachable: false,
    };
    const plan = planTools(project.sources, intent);
    const place = (tool: PlannedTool) => posix.normalize(posix.join(listed.dir, tool.file));
    const left = plan.tools.filter((tool) => tool.status !== 'ignored');
    // The same name in the same file first, then the same name, then the same place.
    const tests: ((one: PlannedTool, tool: ListedTool) => boolean)[] = [
      (one, tool) => one.name === tool.name && place(one) === tool.file,
      (one, tool) => one.name === tool.name,
      (one, tool) => place(one) === tool.file && Math.abs(one.line - tool.line) <= 2,
    ];
    const pairs = new Map<ListedTool, PlannedTool>();
    for (const test of tests) {
      for (const tool of listed.tools) {
        const at = pairs.has(tool) ? -1 : left.findIndex((one) => test(one, tool));
        const [found] = at === -1 ? [] : left.splice(at, 1);
        if (found) pairs.set(tool, found);
      }
    }
    for (const tool of listed.tools) {
      const found = pairs.get(tool);
      if (tool.reachable === false) continue;
      if (!found) row.missed.push(`${tool.name} ${tool.file}:${tool.line} ${tool.family}`);
      else if (found.status === 'manual') row.manual += 1;
      else row.traced += 1;
    }
    row.false = left.map((tool) => `${tool.name} ${tool.file}:${tool.line} ${tool.status}`);
    row.files = plan.changes.length;
    const unreadable = new Set(
      plan.findings.filter(({ rule }) => rule === 'langfuse/file-unreadable').map(({ file }) => file),
    );
    row.round = roundTrip(
      project.sources.filter(({ path }) => !unreadable.has(path)),
      plan,
      intent,
    );
  } catch (error) {
    row.round = `error ${(error as Error).message.slice(0, 200)}`;
  }
  return row;
}

function roundTrip(
  sources: readonly { path: string; text: string; reachable: boolean }[],
  plan: ReturnType<typeof planTools>,
  intent: Parameters<typeof planTools>[1],
): string {
  const own = new Set(plan.tools.filter((tool) => tool.status === 'traced').map((tool) => tool.name));
  const results = sources.map((source) => {
    const change = plan.changes.find(({ path }) => path === source.path);
    return { ...source, text: change?.action === 'modify' ? splice(source.text, change.edits) : source.text };
  });
  if (planTools(results, intent).changes.length > 0) return 'not idempotent';
  for (const [index, result] of results.entries()) {
    const reading = readSource(result.path, result.text, intent);
    const edits = untraceTools(reading, ownWrappers(reading, own));
    if (splice(result.text, edits) !== sources[index]?.text) return `not undone: ${result.path}`;
  }
  return 'ok';
}

const [list = '', repos = '', only] = process.argv.slice(2);
const rows = runCorpus(list, repos, only);
const total = { expected: 0, traced: 0, manual: 0, missed: 0, false: 0 };
for (const row of rows) {
  total.expected += row.expected;
  total.traced += row.traced;
  total.manual += row.manual;
  total.missed += row.missed.length;
  total.false += row.false.length;
  process.stdout.write(
    `${row.traced === row.expected ? '  ' : '! '}${row.project.padEnd(70)} expected ${row.expected} traced ${row.traced} manual ${row.manual} missed ${row.missed.length} false ${row.false.length} files ${row.files} ${row.round}\n`,
  );
  if (only !== undefined || process.env['VERBOSE']) {
    for (const one of row.missed) process.stdout.write(`     missed ${one}\n`);
    for (const one of row.false) process.stdout.write(`     false ${one}\n`);
  }
}
process.stdout.write(`${JSON.stringify(total)}\n`);
