// One reader over a list of files, in a process of its own: `node read.mjs <typescript|oxc> <list> <compiler>`. It parses
// each, walks it once and finds each call of `x.tool(…)`, `x.registerTool(…)` and `x.setRequestHandler(…)`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [reader, list, compiler] = process.argv.slice(2);
const METHODS = new Set(['tool', 'registerTool', 'setRequestHandler']);
const files = JSON.parse(readFileSync(list, 'utf8')).map((path) => [path, readFileSync(path, 'utf8')]);
const find = reader === 'oxc' ? await withOxc() : withTypescript();
const found = [];
const faulty = [];
const before = process.cpuUsage();
for (const [path, text] of files) {
  try {
    for (const [start, name] of find(path, text)) found.push(`${path}:${start}:${name}`);
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

function withTypescript() {
  const ts = { ...createRequire(import.meta.url)(compiler) };
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
    const calls = [];
    const step = (node) => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
        const name = node.expression.name.text;
        if (METHODS.has(name)) calls.push([node.getStart(tree), name]);
      }
      ts.forEachChild(node, step);
    };
    step(tree);
    return calls;
  };
}

async function withOxc() {
  const { parseSync } = createRequire(`${process.cwd()}/`)('oxc-parser');
  return (path, text) => {
    const lang = /\.[cm]?jsx?$/.test(path) ? 'jsx' : path.endsWith('x') ? 'tsx' : 'ts';
    const { program, errors } = parseSync(path, text, { lang });
    if (errors.length > 0) throw new Error(errors[0].message);
    const calls = [];
    const step = (node) => {
      if (Array.isArray(node)) return node.forEach(step);
      if (!node || typeof node.type !== 'string') return;
      if (node.type === 'CallExpression') {
        const name = node.callee.property?.name;
        if (node.callee.type === 'MemberExpression' && METHODS.has(name)) calls.push([node.start, name]);
      }
      for (const key in node) {
        const value = node[key];
        if (value && typeof value === 'object') step(value);
      }
    };
    step(program);
    return calls;
  };
}
