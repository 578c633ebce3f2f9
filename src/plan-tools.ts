import { inferOversight } from './atlas/infer-oversight.js';
import { inferTask } from './atlas/infer-task.js';
import { isAiTask } from './atlas/vocabulary.js';
import { type Edit, splice } from './edits.js';
import { SourceSyntaxError } from './errors.js';
import type { Finding } from './findings.js';
import type { Change, PlannedTool } from './plan.js';
import type { CandidateFile } from './project/source-files.js';
import { siteOfDefinition, traceTools } from './rewrite/rewrite-source.js';
import { manualSnippet } from './rewrite/snippet.js';
import { manualFinding, remarkFinding, unreadableFinding } from './tool-findings.js';
import { readSource, type SourceReading } from './tools/read-source.js';
import type { FunctionTarget, ToolDefinition, ToolSite } from './tools/site.js';
import { parses } from './tools/syntax.js';

export interface ToolsIntent {
  /** Name of the MCP server where the sources do not say. */
  readonly fallbackName: string;
  readonly aiBinding: string;
  /** Task types chosen by a person, by `file:name`. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Oversight levels chosen by a person, by `file:name`. */
  readonly oversight?: ReadonlyMap<string, string>;
  /** Also the tools of files that the Worker's entry does not import. */
  readonly includeUnreachable: boolean;
}

export interface ToolsPlan {
  readonly tools: PlannedTool[];
  readonly changes: Change[];
  readonly findings: Finding[];
}

interface ReadFile {
  readonly source: CandidateFile;
  readonly reading: SourceReading;
  /** The sites to trace in this file: its own, and definitions that are called from where we can't see. */
  readonly sites: readonly ToolSite[];
}

/** Layer 2: which tools there are, and the edits that make them traced. */
export function planTools(sources: readonly CandidateFile[], intent: ToolsIntent): ToolsPlan {
  const plan: ToolsPlan = { tools: [], changes: [], findings: [] };
  const readings = withNames(readAll(sources, intent, plan));
  const taken = readings.filter(({ source }) => source.reachable || intent.includeUnreachable);
  const server = onlyServerName(taken.map(({ reading }) => reading)) ?? intent.fallbackName;
  const shared = sharedSite(taken);
  const isMcp = taken.some(({ reading }) => reading.isMcp);
  const hasDispatch = taken.some(({ reading }) =>
    reading.sites.some(({ family, target }) => family === 'tools/call' && target.kind !== 'manual'),
  );
  const told = definitionsBy(taken, ({ definitions }) => definitions);
  // Where nothing describes the tools, the place that tells their names apart does.
  if (shared && told.size === 0)
    for (const [path, tools] of definitionsBy(taken, ({ toldApart }) => toldApart)) told.set(path, tools);
  for (const { source, reading } of readings) {
    const isTaken = source.reachable || intent.includeUnreachable;
    const definitions = told.get(source.path) ?? [];
    const standalone =
      shared || !isMcp ? [] : definitions.filter(hasHandler).map(siteOfDefinition).map(reading.withTrace);
    const sites = [...reading.sites, ...standalone];
    const serverHere = reading.serverNames[0] ?? server;
    planFile(
      { source, reading, sites },
      { intent, isTaken, server: serverHere, hasDefinitions: told.size > 0, hasDispatch },
      plan,
    );
    if (isTaken) plan.findings.push(...reading.remarks.map((remark) => remarkFinding(source.path, remark)));
    if (shared) addDefinitions(definitions, source, { isTaken, shared, intent }, plan);
  }
  return plan;
}

interface Read {
  readonly source: CandidateFile;
  readonly reading: SourceReading;
}

/** Reads every candidate. One that does not parse is an error where it registers tools, else it is left out. */
function readAll(sources: readonly CandidateFile[], intent: ToolsIntent, plan: ToolsPlan): Read[] {
  return sources.flatMap((source) => {
    try {
      const reading = readSource(source.path, source.text, intent);
      // Most files that pass the text filter tell nothing: their syntax trees are let go at once.
      return tellsSomething(reading) ? [{ source, reading }] : [];
    } catch (error) {
      if (!(error instanceof SourceSyntaxError) || (source.reachable && REGISTERS.test(source.text)))
        throw error;
      plan.findings.push(unreadableFinding(source.path, error.line ?? 1, error.message, error.fix));
      return [];
    }
  });
}

function tellsSomething(reading: SourceReading): boolean {
  const { sites, definitions, models, remarks, toldApart, texts, serverNames, wrappers } = reading;
  const lists = [sites, definitions, models, remarks, toldApart, serverNames, wrappers];
  return lists.some((list) => list.length > 0) || texts.size > 0;
}

/** Gives sites whose name is a constant of another file the name it stands for there. */
function withNames(readings: readonly Read[]): Read[] {
  const lookUp = (expression: string): string | undefined => {
    const path = expression.replace(/\s+as\s+\w+$/, '').replace(/^\(|\)$/g, '');
    if (!/^[\w$]+(\.[\w$]+)*$/.test(path)) return undefined;
    const names = new Set(readings.map(({ reading }) => reading.texts.get(path)));
    names.delete(undefined);
    return names.size === 1 ? [...names][0] : undefined;
  };
  return readings.map(({ source, reading }) => {
    const sites = reading.sites.map((site) => {
      const name = site.isShared && site.nameExpression ? lookUp(site.nameExpression) : undefined;
      if (name === undefined) return site;
      const { isShared: _shared, ...own } = site;
      return { ...own, name };
    });
    return { source, reading: { ...reading, sites } };
  });
}

/** Tools told apart from where they run, by file; a name that a site carries already is not told again. */
function definitionsBy(
  readings: readonly Read[],
  of: (reading: SourceReading) => readonly ToolDefinition[],
): Map<string, ToolDefinition[]> {
  const seen = new Set(readings.flatMap(({ reading }) => reading.sites.map((site) => site.name)));
  const told = new Map<string, ToolDefinition[]>();
  for (const { source, reading } of readings) {
    const near = reading.sites.flatMap((site) => site.tools ?? []);
    const further = of(reading).filter(
      ({ name }) => !seen.has(name) && !near.some((one) => one.name === name),
    );
    for (const { name } of [...near, ...further]) seen.add(name);
    const all = [...near, ...new Map(further.map((one) => [one.name, one])).values()];
    if (all.length > 0) told.set(source.path, all);
  }
  return told;
}

/** Text of a file that certainly registers tools. */
const REGISTERS = /\.\s*(?:tool|registerTool)\s*[(<]|\bCallToolRequestSchema\b|['"]tools\/call['"]/;

interface FileIntent {
  readonly intent: ToolsIntent;
  readonly isTaken: boolean;
  readonly server: string;
  /** Tools that run through a shared place are told elsewhere. */
  readonly hasDefinitions: boolean;
  /** `tools/call` is traced somewhere: another mention of it is a limit, a log or a cost. */
  readonly hasDispatch: boolean;
}

function planFile({ source, reading, sites }: ReadFile, given: FileIntent, plan: ToolsPlan): void {
  const { intent, isTaken, server } = given;
  const isModule = !isCommonJs(source);
  const options = {
    server,
    taskOf: (site: ToolSite) => (site.isShared ? undefined : taskFor(site, source.path, intent)),
    oversightOf: (site: ToolSite) => oversightFor(site, source.path, intent),
  };
  const { edits, faulty } =
    isTaken && isModule
      ? soundEdits(source, sites, (some) => traceTools(reading, some, options))
      : { edits: [], faulty: new Set<ToolSite>() };
  if (edits.length > 0) {
    plan.changes.push({ action: 'modify', path: source.path, before: source.text, edits });
  }
  for (const site of sites) {
    const task = taskFor(site, source.path, intent);
    const oversight = oversightFor(site, source.path, intent);
    const fault = isModule ? (faulty.has(site) ? UNSOUND : undefined) : COMMON_JS;
    const tool = plannedTool(site, source, { isTaken, fault, task, oversight, server });
    if (site.isShared && (tool.status === 'manual' ? given.hasDispatch : given.hasDefinitions)) continue;
    plan.tools.push(tool);
    if (tool.status === 'manual') plan.findings.push(manualFinding(tool));
  }
}

const COMMON_JS = 'the file is CommonJS, and an import would make it a module';
const UNSOUND = 'the rewritten file would not parse';

/**
 * The edits for a file, without those of sites whose rewriting would not parse: the last line of
 * defence against our own mistakes.
 */
function soundEdits(
  source: CandidateFile,
  sites: readonly ToolSite[],
  editsOf: (sites: readonly ToolSite[]) => Edit[],
): { edits: Edit[]; faulty: ReadonlySet<ToolSite> } {
  const isSound = (edits: readonly Edit[]) =>
    edits.length === 0 || parses(source.path, splice(source.text, edits));
  const all = editsOf(sites);
  if (isSound(all)) return { edits: all, faulty: new Set() };
  const sound = sites.filter((site) => isSound(editsOf([site])));
  const edits = editsOf(sound);
  if (!isSound(edits)) return { edits: [], faulty: new Set(sites) };
  return { edits, faulty: new Set(sites.filter((site) => !sound.includes(site))) };
}

/** The place that tools told elsewhere run through, the one that can be traced first. */
function sharedSite(files: readonly Read[]): ToolSite | undefined {
  const shared = files
    .filter(({ source }) => !isCommonJs(source))
    .flatMap(({ reading }) => reading.sites.filter((site) => site.isShared));
  return shared.find((site) => site.target.kind !== 'manual') ?? undefined;
}

function hasHandler(definition: ToolDefinition): definition is ToolDefinition & { handler: FunctionTarget } {
  return definition.handler !== undefined;
}

/** Tools that are told here and traced where they all run through. */
function addDefinitions(
  definitions: readonly ToolDefinition[],
  source: CandidateFile,
  given: { isTaken: boolean; shared: ToolSite; intent: ToolsIntent },
  plan: ToolsPlan,
): void {
  for (const { name, line, description, annotations } of definitions) {
    const task = inferTask({
      name,
      description,
      readOnly: annotations?.readOnlyHint,
      destructive: annotations?.destructiveHint,
    });
    const tool = { name, file: source.path, line, family: given.shared.family, task };
    plan.tools.push(
      given.isTaken
        ? { ...tool, status: given.shared.traced ? 'traced' : 'planned' }
        : { ...tool, status: 'ignored', reason: NOT_IMPORTED },
    );
  }
}

const NOT_IMPORTED = "the Worker's entry does not import this file";

function plannedTool(
  site: ToolSite,
  source: CandidateFile,
  given: {
    isTaken: boolean;
    fault: string | undefined;
    task: string;
    oversight: string | undefined;
    server: string;
  },
): PlannedTool {
  const tool = {
    name: site.name,
    file: source.path,
    line: site.line,
    family: site.family,
    task: given.task,
    ...(given.oversight && !site.isShared ? { oversight: given.oversight } : {}),
  };
  if (site.traced) return { ...tool, status: 'traced' };
  if (!given.isTaken) return { ...tool, status: 'ignored', reason: NOT_IMPORTED };
  const reason = site.target.kind === 'manual' ? site.target.reason : given.fault;
  if (reason === undefined) return { ...tool, status: 'planned' };
  return { ...tool, status: 'manual', reason, snippet: manualSnippet(given.server, site, given.task) };
}

/** How closely a person should watch the tool, where that is more than the rule. */
function oversightFor(site: ToolSite, file: string, intent: ToolsIntent): string | undefined {
  const chosen = intent.oversight?.get(`${file}:${site.name}`);
  const task = taskFor(site, file, intent);
  const level = inferOversight(site.annotations, isAiTask(task) ? task : undefined, site.name);
  const isTelling = level === 'required' || level === 'recommended';
  if (!chosen) return isTelling ? level : undefined;
  return chosen === 'optional' && !isTelling ? undefined : chosen;
}

function taskFor(site: ToolSite, file: string, intent: ToolsIntent): string {
  return (
    site.traced?.task ??
    intent.tasks.get(`${file}:${site.name}`) ??
    (site.isShared
      ? 'orchestrate'
      : inferTask({
          name: site.name,
          description: site.description,
          readOnly: site.annotations?.readOnlyHint,
          destructive: site.annotations?.destructiveHint,
        }))
  );
}

/** A file of `require` and `module.exports`: one `import` in it changes what it is. */
function isCommonJs({ path, text }: CandidateFile): boolean {
  if (/\.c[jt]s$/.test(path)) return true;
  return !/^\s*(import|export)\b/m.test(text) && /\brequire\s*\(|\bmodule\.exports\b/.test(text);
}

function onlyServerName(readings: readonly SourceReading[]): string | undefined {
  const names = new Set(readings.flatMap((reading) => reading.serverNames));
  return names.size === 1 ? [...names][0] : undefined;
}
