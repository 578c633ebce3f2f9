// Extracts the part of TypeScript that the command line uses to read source files. The checker, the emitter
// and the language service are nine tenths of the compiler, and we use none of them.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './run.mjs';

/** Adds the methods of a node. The compiler runs it when it loads. */
const START = 'setObjectAllocator(getServicesObjectAllocator());';

/** Only a checker creates these, and they depend on the whole language service. */
const NEVER_MADE = ['SymbolObject', 'TypeObject', 'SignatureObject'];

/**
 * @param {string} file ts-morph's compiler: one script with all modules at its top level
 * @param {string} sources the folder of the code that uses it as `ts.name`
 * @returns {string} an ES module that exports the names that the sources use
 * @throws Error if the compiler does not have the expected structure
 */
export function compilerSubset(file, sources) {
  const ts = createRequire(file)(file);
  const text = readFileSync(file, 'utf8');
  const body = text.slice(
    text.indexOf('"use strict";'),
    text.indexOf('// Annotate the CommonJS export names'),
  );
  const reading = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  const tree = ts.createSourceFile('compiler.js', body, reading, true);
  const parts = partsOf(ts, tree);
  const roots = usedNames(sources);
  const missing = [...roots, ...NEVER_MADE].filter((name) => !parts.has(name));
  if (missing.length > 0 || !body.includes(START)) {
    throw new Error(`The compiler has another structure: ${missing.join(', ') || START} was not found.`);
  }
  const kept = reached(ts, parts, [...roots, 'setObjectAllocator', 'getServicesObjectAllocator']);
  const words = tree.statements.flatMap((statement) => partOf(ts, statement, kept));
  const stubs = `var ${NEVER_MADE.join(', ')};`;
  return usedMessages([stubs, ...words, START, `export { ${[...roots].join(', ')} };`].join('\n'));
}

/**
 * Replaces ts-morph's compiler with the part that `src` uses, a ninth of its size.
 * @type {import('esbuild').Plugin}
 */
export const usedCompiler = {
  name: 'used-compiler',
  setup(build) {
    const whole = createRequire(createRequire(import.meta.url).resolve('ts-morph')).resolve(
      '@ts-morph/common/dist/typescript.js',
    );
    build.onLoad({ filter: /[\\/]syntax[\\/]compiler\.ts$/ }, () => ({
      // Runs when the first file is parsed. An export is a getter, which is slow if each node uses it.
      contents: `export const loadCompiler = () => ({ ...require(${JSON.stringify(whole)}) });`,
      resolveDir: root,
    }));
    build.onLoad({ filter: /@ts-morph[\\/]common[\\/]dist[\\/]typescript\.js$/ }, () => ({
      contents: compilerSubset(whole, join(root, 'src')),
    }));
  },
};

/** The compiler's names that the sources use. */
function usedNames(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.ts'));
  return new Set(
    files.flatMap((path) =>
      [...readFileSync(join(folder, path), 'utf8').matchAll(/\bts\.([A-Za-z]\w*)/g)].map(([, name]) => name),
    ),
  );
}

/** Each top-level name, with the statements and declarations that define its value. */
function partsOf(ts, tree) {
  const parts = new Map();
  const add = (name, part) => parts.set(name, [...(parts.get(name) ?? []), part]);
  const bind = (name, part) => {
    if (ts.isIdentifier(name)) add(name.text, part);
    else for (const element of name.elements) bind(element.name, part);
  };
  for (const statement of tree.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations) bind(declaration.name, declaration);
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      add(statement.name.text, statement);
    } else {
      const name = filled(ts, statement);
      if (name) add(name, statement);
    }
  }
  return parts;
}

/**
 * The name that a statement assigns to: `name.key = …`, `__export(name, …)` and
 * `((n) => …)(name || (name = {}))`.
 */
function filled(ts, statement) {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (ts.isBinaryExpression(expression) && ts.isPropertyAccessExpression(expression.left)) {
    return expression.left.expression.getText();
  }
  if (!ts.isCallExpression(expression)) return undefined;
  const [first] = expression.arguments;
  if (ts.isIdentifier(expression.expression) && expression.expression.text === '__export') return first.text;
  if (ts.isParenthesizedExpression(expression.expression))
    return /^\w+(?= \|\| )/.exec(first?.getText() ?? '')?.[0];
  return undefined;
}

/**
 * Every part that the roots need. If a local name hides a top-level one, the result is only larger than
 * necessary.
 */
function reached(ts, parts, roots) {
  const kept = new Set();
  const seen = new Set(NEVER_MADE);
  const queue = [...roots];
  const visit = (node) => {
    if (ts.isIdentifier(node) && parts.has(node.text) && !isKey(ts, node)) queue.push(node.text);
    ts.forEachChild(node, visit);
  };
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const part of parts.get(name)) {
      kept.add(part);
      visit(part);
    }
  }
  return kept;
}

function isKey(ts, node) {
  const { parent } = node;
  const isMember =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isMethodDeclaration(parent);
  return isMember && parent.name === node;
}

/** A statement's text, without unused declarations. */
function partOf(ts, statement, kept) {
  if (!ts.isVariableStatement(statement)) return kept.has(statement) ? [statement.getText()] : [];
  const declarations = statement.declarationList.declarations.filter((declaration) => kept.has(declaration));
  // An unused value is removed without a check for side effects.
  return declarations.map((declaration) => `var ${declaration.getText()};`);
}

/** A third of the rest are messages. A message that no code names is never used. */
function usedMessages(text) {
  const used = new Set([...text.matchAll(/\bDiagnostics\.(\w+)/g)].map(([, name]) => name));
  return text.replace(/^ {2}(\w+): diag\(.*\),?\n/gm, (line, name) => (used.has(name) ? line : ''));
}
