import type { Family } from '../family.js';
import type { FileContext } from '../file-context.js';
import { BARE_SITE, type HandlerSite } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  hasMember,
  isFunctionWithBody,
  lineOf,
  type Node,
  type SourceFile,
  ts,
} from '../syntax/syntax.js';
import { functionTarget } from '../targets/function-target.js';
import { valueTarget } from '../targets/value-target.js';
import { readToolObject } from '../tool-object.js';
import { isToolName } from '../vocabulary.js';

/**
 * xmcp: a file in `tools/` with `export const metadata = { name }` and a default export is a tool. Without metadata,
 * the file's name is the tool's name, if the package shows that xmcp reads the folder.
 */
export const xmcpFiles: Family = {
  id: 'default export',
  prefilter: /export\s+const\s+metadata\b|['"]xmcp['"]/,
  appliesTo: ({ path, imports, toolByPlace }) =>
    toolByPlace !== undefined ||
    (/(^|\/)tools\//.test(path) && (imports.modules.has('xmcp') || !/x$/.test(path))),
  visit: {
    file: (file, context) => readDefaultExport(file, context).map((site) => ({ site })),
  },
};

const NOTHING = { name: undefined, description: undefined };

function readDefaultExport(file: SourceFile, context: FileContext): HandlerSite[] {
  const { constants, toolByPlace } = context;
  let metadata: ReturnType<Constants['object']>;
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) || !isExported(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (name.getText() === 'metadata' && initializer) metadata = constants.object(initializer);
    }
  }
  const { name: named, description: text } = metadata ? readToolObject(metadata, constants) : NOTHING;
  const exported = defaultExport(file);
  const isDescribed = metadata && hasMember(metadata, 'description');
  // Without metadata, only a function counts as a tool.
  const isByPlace = !metadata && !!exported && isFunctionWithBody(exported);
  const name = isDescribed ? named && constants.text(named) : isByPlace ? toolByPlace : undefined;
  if (name === undefined || !exported || !isToolName(name)) return [];
  return [
    {
      ...BARE_SITE,
      name: { kind: 'literal', value: name },
      line: lineOf(exported),
      family: 'default export',
      target: targetOf(exported, context),
      ...(text === undefined ? {} : { description: text }),
    },
  ];
}

function targetOf(exported: Node, context: FileContext): HandlerSite['target'] {
  if (/\.tsx$/.test(context.path))
    return { kind: 'manual', reason: 'a .tsx file is a component that xmcp runs in the browser only' };
  // xmcp calls all other handlers with the arguments first.
  return isFunctionWithBody(exported)
    ? functionTarget(exported, { kind: 'mcp', hasSchema: true }, { ...context, mayAddParameters: false })
    : valueTarget(exported);
}

function defaultExport(file: SourceFile) {
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement) && !statement.isExportEquals) {
      const value = bare(statement.expression);
      return ts.isIdentifier(value) ? (declaredFunction(file, value.text) ?? value) : value;
    }
    if (ts.isFunctionDeclaration(statement) && isExported(statement) && isDefault(statement))
      return statement;
  }
  return undefined;
}

function declaredFunction(file: SourceFile, name: string) {
  return file.statements.find(
    (statement) => ts.isFunctionDeclaration(statement) && statement.name?.text === name && statement.body,
  );
}

function isExported(node: Parameters<typeof ts.getModifiers>[0]): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isDefault(node: Parameters<typeof ts.getModifiers>[0]): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}
