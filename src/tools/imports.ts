import { RUNTIME, RUNTIME_ATLAS } from './generated-names.js';
import { type ImportDeclaration, type SourceFile, ts } from './syntax.js';

export interface RuntimeImport {
  readonly declaration: ImportDeclaration;
  readonly specifiers: readonly { imported: string; local: string; start: number; end: number }[];
}

/** A file's imports: every module named, and what comes from our runtime under which local name. */
export interface FileImports {
  readonly declarations: readonly ImportDeclaration[];
  readonly modules: ReadonlySet<string>;
  readonly runtime: readonly RuntimeImport[];
  /** Imported name -> local name, of our runtime's exports. */
  readonly runtimeNames: ReadonlyMap<string, string>;
}

export function readImports(file: SourceFile): FileImports {
  const declarations = file.statements.filter(ts.isImportDeclaration);
  const modules = new Set<string>();
  const runtime: RuntimeImport[] = [];
  const runtimeNames = new Map<string, string>();
  for (const declaration of declarations) {
    const module = (declaration.moduleSpecifier as unknown as { text: string }).text;
    modules.add(module);
    if (module !== RUNTIME && module !== RUNTIME_ATLAS) continue;
    const bindings = declaration.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    const specifiers = bindings.elements.map((element) => ({
      imported: (element.propertyName ?? element.name).text,
      local: element.name.text,
      start: element.getStart(),
      end: element.end,
    }));
    runtime.push({ declaration, specifiers });
    for (const { imported, local } of specifiers) runtimeNames.set(imported, local);
  }
  return { declarations, modules, runtime, runtimeNames };
}
