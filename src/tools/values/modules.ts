import { type ExportDeclaration, type Node, type SourceFile, tryParse, ts } from '../syntax/syntax.js';

/** Finds the sources of the project that a file imports. */
export interface Modules {
  /**
   * Returns the source of a specifier. Undefined for installed packages and missing files.
   * @param from path of the importing file, relative to the project, with `/`
   */
  moduleAt(from: string, specifier: string): { readonly path: string; readonly text: string } | undefined;
  /** The tool's name, if the file's place alone makes it a tool, as in xmcp. */
  toolByPlace?(path: string): string | undefined;
}

/** Target of an `import`: a name of another module, its namespace, or its default. */
export interface ImportedName {
  readonly specifier: string;
  readonly name: string | 'default' | '*';
}

export interface Trees {
  /** The syntax tree of an imported file. */
  imported(from: SourceFile, specifier: string): SourceFile | undefined;
  toolByPlace(path: string): string | undefined;
}

/** Parses each imported file once. */
export function treesOf(modules: Modules): Trees {
  const trees = new Map<string, SourceFile | undefined>();
  return {
    toolByPlace: (path) => modules.toolByPlace?.(path),
    imported(from, specifier) {
      const found = modules.moduleAt(from.fileName, specifier);
      if (!found) return undefined;
      if (!trees.has(found.path)) trees.set(found.path, tryParse(found.path, found.text));
      return trees.get(found.path);
    },
  };
}

export function importedName(file: SourceFile, local: string): ImportedName | undefined {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !statement.importClause) continue;
    const specifier = (statement.moduleSpecifier as unknown as { text: string }).text;
    const { name, namedBindings } = statement.importClause;
    if (name?.text === local) return { specifier, name: 'default' };
    if (!namedBindings) continue;
    if (ts.isNamespaceImport(namedBindings)) {
      if (namedBindings.name.text === local) return { specifier, name: '*' };
      continue;
    }
    const one = namedBindings.elements.find((element) => element.name.text === local);
    if (one) return { specifier, name: (one.propertyName ?? one.name).text };
  }
  return undefined;
}

/** An export of a module: a declaration or expression in it, or an export of another module. */
export type Exported = { readonly node: Node } | { readonly from: string; readonly name: string } | undefined;

export function exportsOf(file: SourceFile, name: string): Exported[] {
  const found: Exported[] = [];
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement)) {
      if (name === 'default' && !statement.isExportEquals) found.push({ node: statement.expression });
    } else if (ts.isExportDeclaration(statement)) {
      found.push(...reexports(statement, name));
    } else if (isExported(statement)) {
      const declared = declaredIn(statement, name);
      if (declared) found.push({ node: declared });
    }
  }
  return found;
}

function reexports({ exportClause, moduleSpecifier }: ExportDeclaration, name: string): Exported[] {
  const from = (moduleSpecifier as unknown as { text: string } | undefined)?.text;
  if (!exportClause) return from !== undefined && name !== 'default' ? [{ from, name }] : [];
  if (ts.isNamespaceExport(exportClause)) {
    return from !== undefined && exportClause.name.text === name ? [{ from, name: '*' }] : [];
  }
  const one = exportClause.elements.find((element) => element.name.text === name);
  if (!one) return [];
  const local = one.propertyName ?? one.name;
  return from === undefined ? [{ node: local }] : [{ from, name: local.text }];
}

function isExported(node: Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

function declaredIn(statement: Node, name: string): Node | undefined {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.find((one) => one.name.getText() === name);
  }
  const isDefault =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  const named = (statement as { name?: Node }).name?.getText();
  return (isDefault ? name === 'default' : named === name) ? statement : undefined;
}
