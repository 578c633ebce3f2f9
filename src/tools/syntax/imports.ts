import { RUNTIME, RUNTIME_ATLAS } from '../generated-names.js';
import { type ImportDeclaration, type SourceFile, ts } from './syntax.js';

export interface RuntimeImport {
  readonly declaration: ImportDeclaration;
  readonly specifiers: readonly { imported: string; local: string; start: number; end: number }[];
}

/** The imports of a file. */
export interface FileImports {
  readonly declarations: readonly ImportDeclaration[];
  readonly modules: ReadonlySet<string>;
  readonly runtime: readonly RuntimeImport[];
  /** Local name → module, for named, default and namespace imports. */
  readonly locals: ReadonlyMap<string, string>;
  /** Local name → exported name, for imports from the Vercel AI SDK. `*` is a namespace import. */
  readonly aiSdkNames: ReadonlyMap<string, string>;
  /** Exported name → local name, for imports from our runtime. */
  readonly runtimeNames: ReadonlyMap<string, string>;
}

export function readImports(file: SourceFile): FileImports {
  const declarations = file.statements.filter(ts.isImportDeclaration);
  const modules = new Set<string>();
  const runtime: RuntimeImport[] = [];
  const runtimeNames = new Map<string, string>();
  const aiSdkNames = new Map<string, string>();
  const locals = new Map<string, string>();
  for (const declaration of declarations) {
    const module = (declaration.moduleSpecifier as unknown as { text: string }).text;
    modules.add(module);
    const named = declaration.importClause?.namedBindings;
    for (const local of localNames(declaration)) locals.set(local, module);
    if (module === 'ai' && named) {
      if (ts.isNamespaceImport(named)) aiSdkNames.set(named.name.text, '*');
      else
        for (const { name, propertyName } of named.elements)
          aiSdkNames.set(name.text, (propertyName ?? name).text);
    }
    if (module !== RUNTIME && module !== RUNTIME_ATLAS) continue;
    const bindings = declaration.importClause?.namedBindings;
    // An imported type can't be called.
    if (!bindings || !ts.isNamedImports(bindings) || declaration.importClause?.isTypeOnly) continue;
    const values = bindings.elements.filter((element) => !element.isTypeOnly);
    const specifiers = values.map((element) => ({
      imported: (element.propertyName ?? element.name).text,
      local: element.name.text,
      start: element.getStart(),
      end: element.end,
    }));
    if (specifiers.length === bindings.elements.length) runtime.push({ declaration, specifiers });
    for (const { imported, local } of specifiers) runtimeNames.set(imported, local);
  }
  return { declarations, modules, locals, runtime, runtimeNames, aiSdkNames };
}

/** The local names of an import, without types. */
function localNames({ importClause }: ImportDeclaration): string[] {
  if (!importClause || importClause.isTypeOnly) return [];
  const { name, namedBindings } = importClause;
  const named = !namedBindings
    ? []
    : ts.isNamedImports(namedBindings)
      ? namedBindings.elements.map((one) => one.name.text)
      : [namedBindings.name.text];
  return name ? [name.text, ...named] : named;
}
