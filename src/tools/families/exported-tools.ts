import type { ToolSite } from '../site.js';
import type { Constants } from '../syntax/constants.js';
import {
  bare,
  type ClassLike,
  isFunctionWithBody,
  memberName,
  property,
  type SourceFile,
  ts,
} from '../syntax/syntax.js';
import { type FileFacts, functionTarget } from '../targets/function-target.js';
import { valueTarget } from '../targets/value-target.js';
import { isToolName, lineOf } from './definitions.js';

/**
 * xmcp: a file under `tools/` is a tool, with `export const metadata = { name }` and a default export.
 */
export function readDefaultExport(file: SourceFile, constants: Constants, facts: FileFacts): ToolSite[] {
  let metadata: ReturnType<Constants['object']>;
  let hasSchema = false;
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) || !isExported(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (name.getText() === 'schema') hasSchema = true;
      if (name.getText() === 'metadata' && initializer) metadata = constants.object(initializer);
    }
  }
  const named = metadata && property(metadata, 'name');
  const name = named && constants.text(named);
  const exported = defaultExport(file);
  const description = metadata && property(metadata, 'description');
  if (name === undefined || !description || !exported || !isToolName(name)) return [];
  const text = constants.text(description);
  const target = isFunctionWithBody(exported)
    ? functionTarget(exported, { kind: 'mcp', hasSchema }, { ...facts, mayAddParameters: false })
    : valueTarget(exported);
  return [
    {
      name,
      line: lineOf(exported),
      family: 'default export',
      target,
      ...(text === undefined ? {} : { description: text }),
    },
  ];
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

/** workers-mcp: every public method of a `WorkerEntrypoint` is a tool, its parameters in order. */
export function readEntrypoint(node: ClassLike, facts: FileFacts): ToolSite[] {
  const base = node.heritageClauses
    ?.flatMap((clause) => clause.types)
    .map((type) => type.expression.getText());
  if (!base?.includes('WorkerEntrypoint')) return [];
  return node.members.flatMap((member): ToolSite[] => {
    if (!ts.isMethodDeclaration(member) || !isFunctionWithBody(member)) return [];
    const name = memberName(member.name);
    if (name === undefined || RESERVED.has(name) || name.startsWith('_') || isHidden(member)) return [];
    const target = functionTarget(member, { kind: 'own' }, facts);
    const names = member.parameters.map((one) => one.name.getText());
    const isPlain = member.parameters.every((one) => ts.isIdentifier(one.name) && !one.dotDotDotToken);
    const input =
      names.length > 0 && isPlain ? { input: { text: `{ ${names.join(', ')} }`, members: names } } : {};
    return [
      {
        name,
        line: lineOf(member),
        family: 'WorkerEntrypoint method',
        target: target.kind === 'function' ? { ...target, ...input } : target,
      },
    ];
  });
}

/** Handlers of the Worker itself (Cloudflare Workers runtime API), which no MCP client calls. */
const RESERVED = new Set([
  'fetch',
  'scheduled',
  'queue',
  'tail',
  'trace',
  'email',
  'alarm',
  'test',
  'constructor',
]);

function isHidden(node: Parameters<typeof ts.getModifiers>[0] & { jsDoc?: unknown }): boolean {
  const hidden = ts
    .getModifiers(node)
    ?.some(
      ({ kind }) =>
        kind === ts.SyntaxKind.PrivateKeyword ||
        kind === ts.SyntaxKind.ProtectedKeyword ||
        kind === ts.SyntaxKind.StaticKeyword,
    );
  return hidden || ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'ignore');
}

function isExported(node: Parameters<typeof ts.getModifiers>[0]): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isDefault(node: Parameters<typeof ts.getModifiers>[0]): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}
