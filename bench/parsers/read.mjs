// Reads a list of files with one parser, in a new process: `node read.mjs <typescript|oxc> <list> <compiler>`. It
// parses each file and walks it once, with known parents. For each of the 16 kinds of nodes that the families of
// src/tools visit, it prints their number in a file and where they end.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [reader, list, compiler] = process.argv.slice(2);
const files = JSON.parse(readFileSync(list, 'utf8')).map((path) => [path, readFileSync(path, 'utf8')]);
const find = reader === 'oxc' ? await withOxc() : withTypescript();
const found = [];
const faulty = [];
const before = process.cpuUsage();
for (const [path, text] of files) {
  try {
    for (const [kind, { count, ends }] of find(path, text)) found.push(`${path}:${kind}:${count}:${ends}`);
  } catch (error) {
    faulty.push([path, error.message]);
  }
}
const { user, system } = process.cpuUsage(before);
const { maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({
    cpuMs: Math.round((user + system) / 1000),
    mb: Math.round((maxRSS * 1024) / 1e6),
    found,
    faulty,
  }),
);

function note(kinds, kind, end) {
  const known = kinds.get(kind) ?? { count: 0, ends: 0 };
  kinds.set(kind, { count: known.count + 1, ends: (known.ends + end * 7919) % 1_000_003 });
}

function withTypescript() {
  const ts = { ...createRequire(import.meta.url)(compiler) };
  const { SyntaxKind } = ts;
  const names = new Map([
    [SyntaxKind.CallExpression, 'call'],
    [SyntaxKind.CaseClause, 'case'],
    [SyntaxKind.ClassDeclaration, 'class'],
    [SyntaxKind.ClassExpression, 'class'],
    [SyntaxKind.ConditionalExpression, 'conditional'],
    [SyntaxKind.PropertyDeclaration, 'field'],
    [SyntaxKind.FunctionDeclaration, 'function'],
    [SyntaxKind.IfStatement, 'if'],
    [SyntaxKind.MethodDeclaration, 'method'],
    [SyntaxKind.NewExpression, 'new'],
    [SyntaxKind.ObjectLiteralExpression, 'object'],
    [SyntaxKind.PropertyAccessExpression, 'member'],
    [SyntaxKind.PropertyAssignment, 'property'],
    [SyntaxKind.SwitchStatement, 'switch'],
    [SyntaxKind.VariableDeclaration, 'variable'],
  ]);
  return (path, text) => {
    const kind = /\.[cm]?jsx?$/.test(path)
      ? ts.ScriptKind.JSX
      : path.endsWith('x')
        ? ts.ScriptKind.TSX
        : ts.ScriptKind.TS;
    const options = {
      languageVersion: ts.ScriptTarget.Latest,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    };
    const tree = ts.createSourceFile(path, text, options, true, kind);
    const [fault] = tree.parseDiagnostics;
    if (fault) throw new Error(ts.flattenDiagnosticMessageText(fault.messageText, ' '));
    const kinds = new Map();
    const step = (node) => {
      const name = names.get(node.kind);
      // The error of a `catch` is a variable in TypeScript, and no finder uses it.
      const isCaught = name === 'variable' && node.parent.kind === SyntaxKind.CatchClause;
      if (name && !isCaught) note(kinds, name, node.end);
      else if (node.kind === SyntaxKind.BinaryExpression) {
        if (node.operatorToken.kind !== SyntaxKind.CommaToken) note(kinds, 'assignment', node.end);
      }
      ts.forEachChild(node, step);
    };
    step(tree);
    return kinds;
  };
}

async function withOxc() {
  const { parseSync } = createRequire(`${process.cwd()}/`)('oxc-parser');
  const names = new Map([
    ['BinaryExpression', 'assignment'],
    ['LogicalExpression', 'assignment'],
    ['AssignmentExpression', 'assignment'],
    ['CallExpression', 'call'],
    ['ImportExpression', 'call'],
    ['ClassDeclaration', 'class'],
    ['ClassExpression', 'class'],
    ['ConditionalExpression', 'conditional'],
    ['PropertyDefinition', 'field'],
    ['AccessorProperty', 'field'],
    ['TSAbstractPropertyDefinition', 'field'],
    ['FunctionDeclaration', 'function'],
    ['TSDeclareFunction', 'function'],
    ['IfStatement', 'if'],
    ['NewExpression', 'new'],
    ['ObjectExpression', 'object'],
    ['SwitchStatement', 'switch'],
    ['VariableDeclarator', 'variable'],
  ]);
  const nameOf = (node) => {
    const name = names.get(node.type);
    if (name) return name;
    switch (node.type) {
      case 'MemberExpression':
        return node.computed ? undefined : 'member';
      case 'SwitchCase':
        return node.test ? 'case' : undefined;
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition':
        return node.kind === 'method' ? 'method' : undefined;
      case 'Property':
        if (node.parent.type === 'ObjectPattern' || node.shorthand || node.kind !== 'init') return undefined;
        return node.method ? 'method' : 'property';
      default:
        return undefined;
    }
  };
  return (path, text) => {
    const lang = /\.[cm]?jsx?$/.test(path) ? 'jsx' : path.endsWith('x') ? 'tsx' : 'ts';
    const { program, errors } = parseSync(path, text, { lang });
    if (errors.length > 0) throw new Error(errors[0].message);
    const kinds = new Map();
    const step = (node, parent) => {
      if (Array.isArray(node)) {
        for (const one of node) step(one, parent);
        return;
      }
      if (!node || typeof node.type !== 'string') return;
      // The tree has no parents, and the finders need them in many places.
      node.parent = parent;
      const name = nameOf(node);
      if (name) note(kinds, name, node.end);
      for (const key in node) {
        const value = node[key];
        if (key !== 'parent' && value && typeof value === 'object') step(value, node);
      }
    };
    step(program, undefined);
    return kinds;
  };
}
