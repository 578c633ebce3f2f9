import { SourceSyntaxError } from '../../core/errors.js';
import type { Finding } from '../../core/findings.js';
import type { CandidateFile } from '../../project/source-files.js';
import { type ReadOptions, readSource, type SourceReading } from '../../tools/read-source.js';
import type { ToolDefinition, ToolSite } from '../../tools/site.js';
import { unreadableFinding } from './tool-findings.js';

/** A candidate and what it says. */
export interface Read {
  readonly source: CandidateFile;
  readonly reading: SourceReading;
}

/** Reads every candidate. One that does not parse is an error where it registers tools, else it is left out. */
export function readAll(
  sources: readonly CandidateFile[],
  options: ReadOptions,
  findings: Finding[],
): Read[] {
  return sources.flatMap((source) => {
    try {
      const reading = readSource(source.path, source.text, options);
      // Most files that pass the text filter tell nothing: their syntax trees are let go at once.
      return tellsSomething(reading) ? [{ source, reading }] : [];
    } catch (error) {
      if (!(error instanceof SourceSyntaxError) || (source.reachable && REGISTERS.test(source.text)))
        throw error;
      findings.push(unreadableFinding(source.path, error.line ?? 1, error.message, error.fix));
      return [];
    }
  });
}

function tellsSomething(reading: SourceReading): boolean {
  const { sites, definitions, helpers, made, models, remarks, toldApart, texts, serverNames, wrappers } =
    reading;
  const lists = [sites, definitions, helpers, made, models, remarks, toldApart, serverNames, wrappers];
  return lists.some((list) => list.length > 0) || texts.size > 0;
}

/** Gives sites whose name is a constant of another file the name it stands for there. */
export function withNames(readings: readonly Read[]): Read[] {
  const lookUp = (expression: string): string | undefined => {
    const path = expression
      .replace(/\sas\s+\w+$/, '')
      .trimEnd()
      .replace(/^\(|\)$/g, '');
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
export function definitionsBy(
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
const REGISTERS =
  /\.\s*(?:tool|registerTool)\s*[(<]|\[\s*['"](?:tool|registerTool)['"]\s*\]\s*[(<]|\bCallToolRequestSchema\b|['"]tools\/call['"]/;

/** The place that tools told elsewhere run through, the one that can be traced first. */
export function sharedSite(files: readonly Read[]): ToolSite | undefined {
  const shared = files
    .filter(({ source }) => !isCommonJs(source))
    .flatMap(({ reading }) => reading.sites.filter((site) => site.isShared));
  return shared.find((site) => site.target.kind !== 'manual') ?? undefined;
}

/** A file of `require` and `module.exports`: one `import` in it changes what it is. */
export function isCommonJs({ path, text }: CandidateFile): boolean {
  if (/\.c[jt]s$/.test(path)) return true;
  return !/^[ \t]{0,200}(import|export)\b/m.test(text) && /\brequire\s*\(|\bmodule\.exports\b/.test(text);
}
