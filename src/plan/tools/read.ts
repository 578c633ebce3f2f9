import { SourceSyntaxError } from '../../core/errors.js';
import type { Finding } from '../../core/findings.js';
import type { CandidateFile } from '../../project/source-files.js';
import { readSource, type SourceReading } from '../../rewrite/read-source.js';
import type { ReadOptions } from '../../tools/read-file.js';
import { unreadableFinding } from './tool-findings.js';

/** A candidate and its facts. */
export interface ReadFile {
  readonly source: CandidateFile;
  readonly reading: SourceReading;
}

export interface ReadFiles {
  readonly files: readonly ReadFile[];
  /** Findings about skipped files. */
  readonly findings: readonly Finding[];
}

/**
 * Reads every candidate; files without facts are not cached.
 * @throws SourceSyntaxError if a file that registers tools does not parse
 */
export function read(
  sources: readonly CandidateFile[],
  options: ReadOptions,
  known: KnownReadings = new Map(),
): ReadFiles {
  const files: ReadFile[] = [];
  const findings: Finding[] = [];
  for (const source of sources) {
    try {
      const reading = readOnce(source, options, known);
      if (reading !== undefined) files.push({ source, reading });
    } catch (error) {
      if (!(error instanceof SourceSyntaxError) || (source.reachable && REGISTERS.test(source.text)))
        throw error;
      findings.push(unreadableFinding(source.path, error.line ?? 1, error.message, error.fix));
    }
  }
  return { files, findings };
}

/**
 * Cached facts of files, by path, length and options; undefined for a file without facts. A second planning
 * parses only changed files.
 */
export type KnownReadings = Map<
  string,
  { readonly text: string; readonly reading: SourceReading | undefined }
>;

function readOnce(
  { path, text }: CandidateFile,
  options: ReadOptions,
  known: KnownReadings,
): SourceReading | undefined {
  const key = JSON.stringify([path, text.length, options.aiBinding, options.registrars]);
  const before = known.get(key);
  if (before?.text === text) return before.reading;
  const all = readSource(path, text, options);
  // Most files that pass the text filter contain no facts: release their syntax trees immediately.
  const reading = hasFacts(all) ? all : undefined;
  known.set(key, { text, reading });
  return reading;
}

function hasFacts(reading: SourceReading): boolean {
  const { sites, definitions, registrars, registrarFactories, models, remarks } = reading;
  const { switchNames, texts, serverNames, wrappers, handlerUses } = reading;
  const lists = [sites, definitions, registrars, registrarFactories, models, remarks];
  return (
    [...lists, switchNames, serverNames, wrappers, handlerUses].some((list) => list.length > 0) ||
    texts.size > 0
  );
}

/** Text of a file that certainly registers tools. */
const REGISTERS =
  /\.\s*(?:tool|registerTool)\s*[(<]|\[\s*['"](?:tool|registerTool)['"]\s*\]\s*[(<]|\bCallToolRequestSchema\b|['"]tools\/call['"]/;

/** A CommonJS file with `require` and `module.exports`. One `import` would make it a module. */
export function isCommonJs({ path, text }: CandidateFile): boolean {
  if (/\.c[jt]s$/.test(path)) return true;
  return !/^[ \t]{0,200}(import|export)\b/m.test(text) && /\brequire\s*\(|\bmodule\.exports\b/.test(text);
}
