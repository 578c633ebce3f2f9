import { type Edit, splice } from '../../core/edits.js';
import { lineAt } from '../../core/findings.js';
import { type Change, modify } from '../../core/plan.js';
import { faultIn } from '../../rewrite/self-check.js';
import type { ToolFacts } from '../../rewrite/shapes/tasks.js';
import type { PageWidth } from '../../rewrite/shapes/width.js';
import { modelsOutside, traceTools } from '../../rewrite/trace-tools.js';
import { cutsOf, type Wrapper } from '../../rewrite/wrapper.js';
import { currentLine } from '../../rewrite/written-file.js';
import { type HandlerSite, isShared, type MessageSite, type ServerSite } from '../../tools/site.js';
import type { Decision, Decisions, NamedDecision } from './decide.js';
import type { LinkedFile, ProjectTools } from './link.js';
import { isCommonJs } from './read.js';
import { SHARED_TASK } from './tool-atlas.js';

export interface Rewritten {
  readonly changes: readonly Change[];
  /** Sites whose rewriting would not parse: they are left alone. */
  readonly faulty: ReadonlySet<HandlerSite>;
}

/** The edits that make the planned sites traced, and the model calls of their files recorded. */
export function rewrite(
  { files }: ProjectTools,
  { sites, servers, named }: Decisions,
  widthOf: (path: string) => PageWidth | undefined = () => undefined,
): Rewritten {
  const facts = factsOf(named);
  const changes: Change[] = [];
  const faulty = new Set<HandlerSite>();
  for (const file of files) {
    if (!file.isInScope || isCommonJs(file.source)) continue;
    const decisions = new Map(
      sites.filter((decision) => decision.file === file).map((decision) => [decision.site, decision]),
    );
    const observed = servers
      .filter((one) => one.file === file && one.status === 'planned')
      .map(({ site }) => site);
    const rewritten = editsThatParse(file, traceable(decisions), (some) =>
      edits(file, some, decisions, observed, facts, widthOf(file.source.path)),
    );
    const models = rewritten.edits.length > 0 ? modelLines(file, rewritten.sites) : [];
    changes.push(
      ...modify(file.source.path, file.source.text, rewritten.edits).map((change) =>
        models.length > 0 ? { ...change, models } : change,
      ),
    );
    for (const site of rewritten.faulty) faulty.add(site);
  }
  return { changes, faulty };
}

/** 1-based lines of the model calls that are recorded by themselves, not with a tool. */
function modelLines({ reading, isServed }: LinkedFile, sites: readonly HandlerSite[]): number[] {
  if (!isServed) return [];
  const lines = modelsOutside(reading, sites).map(({ start }) =>
    currentLine(reading, lineAt(reading.original.text, start)),
  );
  return [...new Set(lines)];
}

/** Metadata of each tool in a shared place, where it differs from the runtime's default. */
function factsOf(named: readonly NamedDecision[]): ReadonlyMap<string, ToolFacts> {
  const wanted = named.filter(({ status }) => status === 'planned');
  const facts = wanted.map(({ definition, task, oversight }) => {
    const description = firstLine(definition.description);
    const known = {
      ...(task === SHARED_TASK ? {} : { task }),
      ...(oversight === undefined ? {} : { oversight }),
      ...(description === '' ? {} : { description }),
    };
    return [definition.name, known] as const;
  });
  return new Map(facts.filter(([, known]) => Object.keys(known).length > 0));
}

function firstLine(description = ''): string {
  return description.trim().split(/\r?\n/)[0] ?? '';
}

/** Planned and existing traces. Code inside them is not traced again. */
function traceable(decisions: ReadonlyMap<HandlerSite, Decision>): HandlerSite[] {
  return [...decisions].flatMap(([site, { status }]) => (status === 'ignored' ? [] : [site]));
}

function edits(
  { reading, server, isServed }: LinkedFile,
  sites: readonly HandlerSite[],
  decisions: ReadonlyMap<HandlerSite, Decision>,
  observed: readonly (ServerSite | MessageSite)[],
  facts: ReadonlyMap<string, ToolFacts>,
  width: PageWidth | undefined,
): Edit[] {
  return traceTools(reading, sites, {
    server,
    servers: observed.filter((one): one is ServerSite => !('message' in one)),
    messages: observed.filter((one): one is MessageSite => 'message' in one),
    facts,
    watchModels: isServed,
    width,
    taskOf: (site) => (isShared(site) ? undefined : decisions.get(site)?.atlas.task),
    oversightOf: (site) => decisions.get(site)?.atlas.oversight,
  });
}

/**
 * The edits for a file. It leaves out sites whose result would not parse or would wrap another function. This
 * protects against bugs in our own code.
 */
function editsThatParse(
  { source, reading }: LinkedFile,
  sites: readonly HandlerSite[],
  editsOf: (sites: readonly HandlerSite[]) => Edit[],
): { edits: Edit[]; sites: readonly HandlerSite[]; faulty: ReadonlySet<HandlerSite> } {
  const known = reading.sites.filter(({ trace }) => trace !== 'none');
  const isSound = (edits: readonly Edit[], some: readonly HandlerSite[]) =>
    edits.length === 0 ||
    faultIn(source.path, splice(source.text, edits), reading.original.text, {
      sites: [...known, ...some],
      importsAt: importsAt(edits, reading.wrappers),
    }) === undefined;
  const all = editsOf(sites);
  if (isSound(all, sites)) return { edits: all, sites, faulty: new Set() };
  const sound = sites.filter((site) => isSound(editsOf([site]), [site]));
  const edits = editsOf(sound);
  if (!isSound(edits, sound)) return { edits: [], sites: [], faulty: new Set(sites) };
  return { edits, sites: sound, faulty: new Set(sites.filter((site) => !sound.includes(site))) };
}

/** The place of our imports in the original file. */
function importsAt(edits: readonly Edit[], wrappers: readonly Wrapper[]): number {
  const at = edits.find(({ text }) => text.startsWith('import '))?.start ?? 0;
  const before = cutsOf(wrappers).filter(({ end }) => end <= at);
  return at - before.reduce((sum, cut) => sum + cut.end - cut.start - cut.text.length, 0);
}
