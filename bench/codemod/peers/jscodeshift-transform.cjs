const METHODS = new Set(['tool', 'registerTool']);
const filter = process.env.BENCH_FILTER ? new RegExp(process.env.BENCH_FILTER) : undefined;

module.exports = function transform({ source }, { jscodeshift: j }) {
  if (filter && !filter.test(source)) return undefined;
  const root = j(source);
  let changed = false;
  for (const { node } of root.find(j.CallExpression).paths()) {
    const handler = node.arguments.at(-1);
    if (!METHODS.has(node.callee.property?.name) || handler?.type !== 'ArrowFunctionExpression') continue;
    const [name] = node.arguments;
    const key = (text) => j.identifier(text);
    const input = j.objectExpression(
      ['city', 'days'].map((one) => Object.assign(j.objectProperty(key(one), key(one)), { shorthand: true })),
    );
    const trace = j.callExpression(key('createTrace'), [
      j.objectExpression([
        j.objectProperty(key('name'), j.binaryExpression('+', j.stringLiteral('bench:'), name)),
        j.objectProperty(key('input'), input),
        j.objectProperty(
          key('metadata'),
          j.callExpression(key('mcpToolMetadata'), [j.stringLiteral('bench'), name]),
        ),
      ]),
    ]);
    const inner = j.arrowFunctionExpression([], handler.body);
    inner.async = handler.async;
    handler.body = j.callExpression(j.memberExpression(trace, key('run')), [inner]);
    changed = true;
  }
  if (!changed) return undefined;
  const importOf = (name, from) =>
    j.importDeclaration([j.importSpecifier(j.identifier(name))], j.stringLiteral(from));
  root
    .get()
    .node.program.body.unshift(
      importOf('createTrace', '@create-something/observability'),
      importOf('mcpToolMetadata', '@create-something/observability/atlas'),
    );
  return root.toSource();
};
