import { inferTask } from './atlas/infer-task.js';
import { splice } from './edits.js';
import type { Finding } from './findings.js';
import type { Change, PlannedTool } from './plan.js';
import type { CandidateFile } from './project/source-files.js';
import { traceTools } from './rewrite/rewrite-source.js';
import { manualSnippet } from './rewrite/snippet.js';
import { readSource, type SourceReading } from './tools/read-source.js';
import type { ToolSite } from './tools/site.js';
import { parse } from './tools/syntax.js';

export interface ToolsIntent {
  /** Name of the MCP server where the sources do not say. */
  readonly fallbackName: string;
  readonly aiBinding: string;
  /** Task types chosen by a person, by `file:name`. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Also the tools of files that the Worker's entry does not import. */
  readonly includeUnreachable: boolean;
}

export interface ToolsPlan {
  readonly tools: PlannedTool[];
  readonly changes: Change[];
  readonly findings: Finding[];
}

/** Layer 2: which tools there are, and the edits that make them traced. */
export function planTools(sources: readonly CandidateFile[], intent: ToolsIntent): ToolsPlan {
  const readings = sources.map((source) => ({
    source,
    reading: readSource(source.path, source.text, intent),
  }));
  const server = onlyServerName(readings.map(({ reading }) => reading)) ?? intent.fallbackName;
  const plan: ToolsPlan = { tools: [], changes: [], findings: [] };
  for (const { source, reading } of readings) {
    const isLeftOut = !source.reachable && !intent.includeUnreachable;
    const taskOf = (site: ToolSite) => taskFor(site, source.path, intent);
    const serverHere = reading.serverNames[0] ?? server;
    const edits = isLeftOut ? [] : traceTools(reading, { server: serverHere, taskOf });
    const fault = edits.length > 0 ? faultIn(source, splice(source.text, edits)) : undefined;
    if (edits.length > 0 && !fault) {
      plan.changes.push({ action: 'modify', path: source.path, before: source.text, edits });
    }
    for (const site of reading.sites) {
      const tool = plannedTool(site, source, { isLeftOut, fault, task: taskOf(site), server: serverHere });
      plan.tools.push(tool);
      if (tool.status === 'manual') plan.findings.push(manualFinding(tool));
    }
  }
  return plan;
}

function plannedTool(
  site: ToolSite,
  source: CandidateFile,
  given: { isLeftOut: boolean; fault: string | undefined; task: string; server: string },
): PlannedTool {
  const tool = { name: site.name, file: source.path, line: site.line, family: site.family, task: given.task };
  if (site.handler.kind === 'traced') return { ...tool, status: 'traced' };
  if (given.isLeftOut) {
    return { ...tool, status: 'ignored', reason: "the Worker's entry does not import this file" };
  }
  const reason = site.handler.kind === 'manual' ? site.handler.reason : given.fault;
  if (reason === undefined) return { ...tool, status: 'planned' };
  return { ...tool, status: 'manual', reason, snippet: manualSnippet(given.server, site, given.task) };
}

function taskFor(site: ToolSite, file: string, intent: ToolsIntent): string {
  if (site.handler.kind === 'traced' && site.handler.task) return site.handler.task;
  return (
    intent.tasks.get(`${file}:${site.name}`) ??
    inferTask({
      name: site.name,
      description: site.description,
      readOnly: site.annotations?.readOnlyHint,
      destructive: site.annotations?.destructiveHint,
    })
  );
}

/** A rewritten file is never written unless it parses: the last line of defence against our own mistakes. */
function faultIn(source: CandidateFile, text: string): string | undefined {
  try {
    parse(source.path, text);
    return undefined;
  } catch {
    return 'the rewritten file would not parse';
  }
}

function onlyServerName(readings: readonly SourceReading[]): string | undefined {
  const names = new Set(readings.flatMap((reading) => reading.serverNames));
  return names.size === 1 ? [...names][0] : undefined;
}

function manualFinding(tool: PlannedTool): Finding {
  return {
    rule: 'langfuse/tool-manual',
    level: 'warning',
    file: tool.file,
    line: tool.line,
    message: `The tool "${tool.name}" was left alone: ${tool.reason}.`,
    fix: `Wrap what the tool does by hand:\n${tool.snippet}`,
  };
}
