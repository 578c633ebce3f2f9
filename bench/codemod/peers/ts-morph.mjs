import { readFileSync, writeFileSync } from 'node:fs';
import { Node, Project, SyntaxKind } from 'ts-morph';
import { filter, METHODS, opening, sourceFiles } from './common.mjs';

const project = new Project({ useInMemoryFileSystem: true });
for (const path of sourceFiles()) {
  const text = readFileSync(path, 'utf8');
  if (filter && !filter.test(text)) continue;
  const file = project.createSourceFile(path, text);
  const bodies = file.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const callee = call.getExpression();
    if (!Node.isPropertyAccessExpression(callee) || !METHODS.has(callee.getName())) return [];
    const handler = call.getArguments().at(-1);
    return Node.isArrowFunction(handler) ? [{ name: call.getArguments()[0].getText(), handler }] : [];
  });
  // From the end, so that no node is forgotten by an edit before it.
  for (const { name, handler } of bodies.reverse()) {
    const body = handler.getBody();
    body.replaceWithText(`${opening(name, handler.isAsync())}${body.getText()})`);
  }
  if (bodies.length === 0) continue;
  file.addImportDeclaration({
    moduleSpecifier: '@create-something/observability',
    namedImports: ['createTrace'],
  });
  file.addImportDeclaration({
    moduleSpecifier: '@create-something/observability/atlas',
    namedImports: ['mcpToolMetadata'],
  });
  writeFileSync(path, file.getFullText());
}
