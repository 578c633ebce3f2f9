import { type Edit, splice } from '../../core/edits.js';
import { type Finding, lineAt } from '../../core/findings.js';
import { ignoreComments, ignoreReason, TOOL_RULES } from '../../core/ignore-comments.js';
import { type Change, modify, type PlannedTool } from '../../core/plan.js';
import type { CandidateFile } from '../../project/source-files.js';
import { siteOfDefinition, traceTools } from '../../rewrite/rewrite-source.js';
import { ANY_TOOL } from '../../tools/generated-names.js';
import type { SourceReading } from '../../tools/read-source.js';
import type { ToolDefinition, ToolSite } from '../../tools/site.js';
import { parses } from '../../tools/syntax/syntax.js';
import { NOT_IMPORTED, plannedTool } from './planned-tool.js';
import { unusedRegistrars, withoutFollowed } from './registrar-calls.js';
import { atlasOf, type Chosen, SHARED_TASK } from './tool-atlas.js';
import { manualFinding, remarkFinding } from './tool-findings.js';
import { definitionsBy, isCommonJs, readAll, sharedSite, withNames } from './tool-readings.js';

export interface ToolsIntent extends Chosen {
  /** Name of the MCP server where the sources do not say. */
  readonly fallbackName: string;
  readonly aiBinding: string;
  /** Functions of the project that a person named as ones that register tools. */
  readonly registrars?: readonly string[];
  /** Also the tools of files that the Worker's entry does not import. */
  readonly includeUnreachable: boolean;
}

export interface ToolsPlan {
  readonly tools: PlannedTool[];
  readonly changes: Change[];
  readonly findings: Finding[];
  /** Registrars that no call was found of. */
  readonly unusedRegistrars: readonly string[];
}

interface ReadFile {
  readonly source: CandidateFile;
  readonly reading: SourceReading;
  /** The sites to trace in this file: its own, and definitions that are called from where we can't see. */
  readonly sites: readonly ToolSite[];
}

/** Layer 2: which tools there are, and the edits that make them traced. */
export function planTools(sources: readonly CandidateFile[], intent: ToolsIntent): ToolsPlan {
  const findings: Finding[] = [];
  const named = withNames(readAll(sources, intent, findings));
  const plan: ToolsPlan = {
    tools: [],
    changes: [],
    findings,
    unusedRegistrars: unusedRegistrars(named, intent.registrars ?? []),
  };
  const readings = withoutFollowed(named, ({ source }) => source.reachable || intent.includeUnreachable);
  const taken = readings.filter(({ source }) => source.reachable || intent.includeUnreachable);
  const server = onlyServerName(taken.map(({ reading }) => reading)) ?? intent.fallbackName;
  const shared = sharedSite(taken);
  const home = shared && taken.find(({ reading }) => reading.sites.includes(shared))?.source;
  const ignoredShared = home && !shared.traced ? ignoredFor(home)(shared) : undefined;
  const near = new Set(taken.flatMap(({ reading }) => reading.sites.flatMap(namesNear)));
  const isMcp = taken.some(({ reading }) => reading.isMcp);
  const told = definitionsBy(taken, ({ definitions }) => definitions);
  const hasOthers =
    taken.some(({ reading }) => reading.sites.some(({ target }) => target.kind !== 'manual')) ||
    [...told.values()].flat().some(({ handler }) => handler && handler.kind !== 'manual');
  // Where nothing describes the tools, the place that tells their names apart does.
  if (shared && told.size === 0)
    for (const [path, tools] of definitionsBy(taken, ({ toldApart }) => toldApart)) told.set(path, tools);
  const isTold = [...told.values()].flat().some(({ name }) => !near.has(name));
  for (const { source, reading } of readings) {
    const isTaken = source.reachable || intent.includeUnreachable;
    const definitions = told.get(source.path) ?? [];
    const standalone = shared || !isMcp ? [] : definitions.flatMap(siteOfDefinition).map(reading.withTrace);
    const sites = [...reading.sites, ...standalone];
    const serverHere = reading.serverNames[0] ?? server;
    planFile({ source, reading, sites }, { intent, isTaken, server: serverHere, isTold, hasOthers }, plan);
    if (isTaken) plan.findings.push(...reading.remarks.map((remark) => remarkFinding(source.path, remark)));
    if (shared) addDefinitions(definitions, source, { isTaken, shared, ignored: ignoredShared }, plan);
  }
  if (plan.tools.length === 0) {
    // Of files that tell nothing, no reading is kept.
    for (const source of sources) {
      if (source.reachable || intent.includeUnreachable) addUnderstoodNowhere(source, server, plan);
    }
  }
  return plan;
}

/** A test for the method `tools/call`; where it is only sent, a client is at work. */
const TESTS_TOOLS_CALL =
  /(?:[=!]==?\s*|case\s+|\.(?:set|on|handle|register\w{0,100})\(\s*)(['"`])tools\/call\1|(['"`])tools\/call\2\s*(?:[=!]==?|:)/;

/** In a project without any tool found, the place that seems to carry them out is not passed over in silence. */
function addUnderstoodNowhere(source: CandidateFile, server: string, plan: ToolsPlan): void {
  const at = source.text.search(TESTS_TOOLS_CALL);
  if (at === -1) return;
  const reason = 'how `tools/call` is handled here was not understood';
  const site: ToolSite = {
    name: ANY_TOOL,
    isShared: true,
    line: lineAt(source.text, at),
    family: 'tools/call',
    target: { kind: 'manual', reason },
  };
  const tool = plannedTool(site, source, {
    isTaken: true,
    ignored: ignoredFor(source)(site),
    fault: undefined,
    task: SHARED_TASK,
    oversight: undefined,
    server,
  });
  plan.tools.push(tool);
  if (tool.status === 'manual') plan.findings.push(manualFinding(tool));
}

interface FileIntent {
  readonly intent: ToolsIntent;
  readonly isTaken: boolean;
  readonly server: string;
  /** Tools that run through a shared place are told elsewhere than beside one. */
  readonly isTold: boolean;
  /** Some tool of the project is traced, in whatever way. */
  readonly hasOthers: boolean;
}

function planFile({ source, reading, sites }: ReadFile, given: FileIntent, plan: ToolsPlan): void {
  const { intent, isTaken, server } = given;
  const isModule = !isCommonJs(source);
  const atlas = new Map(sites.map((site) => [site, atlasOf(site, source.path, intent)]));
  const options = {
    server,
    taskOf: (site: ToolSite) => (site.isShared ? undefined : atlas.get(site)?.task),
    oversightOf: (site: ToolSite) => atlas.get(site)?.oversight,
  };
  const ignored = ignoredFor(source);
  const wanted = sites.filter((site) => ignored(site) === undefined);
  const { edits, faulty } =
    isTaken && isModule
      ? soundEdits(source, wanted, (some) => traceTools(reading, some, options))
      : { edits: [], faulty: new Set<ToolSite>() };
  plan.changes.push(...modify(source.path, source.text, edits));
  for (const [site, { task, oversight }] of atlas) {
    const fault = isModule ? (faulty.has(site) ? UNSOUND : undefined) : COMMON_JS;
    const tool = plannedTool(site, source, {
      isTaken,
      ignored: ignored(site),
      fault,
      task,
      oversight,
      server,
    });
    if (isSaidElsewhere(site, tool, given)) continue;
    plan.tools.push(tool);
    if (tool.status === 'manual') plan.findings.push(manualFinding(tool));
  }
}

/** Why a comment wants a site of the file left alone. */
function ignoredFor({ path, text }: CandidateFile): (site: ToolSite) => string | undefined {
  const comments = ignoreComments(path, text);
  return (site) => ignoreReason(comments, TOOL_RULES, site.line);
}

/** Whether a place that tools run through needs no line of its own in the list. */
function isSaidElsewhere(site: ToolSite, tool: PlannedTool, given: FileIntent): boolean {
  if (!site.isShared) return false;
  if (tool.status !== 'manual') return given.isTold || site.tools !== undefined;
  const isMention = site.target.kind === 'manual' && site.target.mayBeNone;
  return isMention === true && given.hasOthers;
}

function namesNear(site: ToolSite): string[] {
  return (site.tools ?? []).map(({ name }) => name);
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

/** Tools that are told here and traced where they all run through. */
function addDefinitions(
  definitions: readonly ToolDefinition[],
  source: CandidateFile,
  given: { isTaken: boolean; shared: ToolSite; ignored: string | undefined },
  plan: ToolsPlan,
): void {
  for (const definition of definitions) {
    const place = { name: definition.name, file: source.path, line: definition.line };
    const tool = { ...place, family: given.shared.family, task: SHARED_TASK, isShared: true as const };
    const reason = given.isTaken ? given.ignored : NOT_IMPORTED;
    plan.tools.push(
      reason === undefined
        ? { ...tool, status: given.shared.traced ? 'traced' : 'planned' }
        : { ...tool, status: 'ignored', reason },
    );
  }
}

function onlyServerName(readings: readonly SourceReading[]): string | undefined {
  const names = new Set(readings.flatMap((reading) => reading.serverNames));
  return names.size === 1 ? [...names][0] : undefined;
}
