import { deletion, type Edit } from '../edits.js';
import { styleOf } from '../text/style.js';
import type { SourceReading } from '../tools/read-source.js';
import type { ToolSite } from '../tools/site.js';
import { identifiersIn, type SourceFile, ts, walk } from '../tools/syntax.js';
import { addImports, dropImports } from './import-edits.js';
import { runtimeNames } from './names.js';
import { wrapHandler } from './wrap.js';

/** The edits that make a file's inline tools traced. */
export function traceTools(
  reading: SourceReading,
  options: { server: string; taskOf(site: ToolSite): string },
): Edit[] {
  const { file, imports, sites } = reading;
  const style = styleOf(file.text);
  const names = runtimeNames(imports, identifiersIn(file));
  const quote = file.text.includes('"') && !file.text.includes("'") ? '"' : firstQuote(file);
  const trailingComma = hasTrailingCommas(file);
  const edits = sites.flatMap((site) =>
    site.handler.kind === 'inline'
      ? wrapHandler(file.text, site, site.handler, {
          server: options.server,
          task: options.taskOf(site),
          names,
          style,
          quote,
          trailingComma,
        })
      : [],
  );
  return edits.length === 0 ? [] : [...addImports(file, imports, names.missing(), style), ...edits];
}

/**
 * The edits that take out what `traceTools` wrote, also where values in it were changed since.
 * @param isOwn tells a trace that was there before us
 */
export function untraceTools(reading: SourceReading, isOwn: (site: ToolSite) => boolean): Edit[] {
  const { file, imports, sites } = reading;
  const ranges = sites.flatMap((site) =>
    site.handler.kind === 'traced' && !isOwn(site) ? site.handler.unwrap : [],
  );
  if (ranges.length === 0) return [];
  const unwraps = ranges.map(({ start, end }) => deletion(start, end));
  const left = namesOutside(file, unwraps);
  return [...dropImports(file, imports, (local) => !left.has(local)), ...unwraps];
}

/** Identifiers still written in the file once `cuts` are taken out, imports aside. */
function namesOutside(file: SourceFile, cuts: readonly Edit[]): Set<string> {
  const left = new Set<string>();
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) return false;
    if (!ts.isIdentifier(node)) return true;
    const at = node.getStart();
    if (!cuts.some((cut) => at >= cut.start && at < cut.end)) left.add(node.text);
    return true;
  });
  return left;
}

function firstQuote(file: SourceFile): '"' | "'" {
  const at = file.text.search(/["']/);
  return at === -1 ? "'" : (file.text[at] as '"' | "'");
}

/** Whether objects laid out in lines end in a comma here; where there are none, as formatters do by default. */
function hasTrailingCommas(file: SourceFile): boolean {
  let balance = 0;
  walk(file, (node) => {
    if (!ts.isObjectLiteralExpression(node) || node.properties.length === 0) return;
    if (!/\n\s*\}$/.test(node.getText())) return;
    balance += node.properties.hasTrailingComma ? 1 : -1;
  });
  return balance >= 0;
}
