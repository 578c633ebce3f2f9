import { readFileSync, writeFileSync } from 'node:fs';
import { Lang, parse } from '@ast-grep/napi';
import { filter, IMPORTS, opening, sourceFiles } from './common.mjs';

const CALLS = {
  rule: { any: [{ pattern: '$SERVER.tool($$$ARGS)' }, { pattern: '$SERVER.registerTool($$$ARGS)' }] },
};

for (const path of sourceFiles()) {
  const text = readFileSync(path, 'utf8');
  if (filter && !filter.test(text)) continue;
  const root = parse(Lang.TypeScript, text).root();
  const edits = root.findAll(CALLS).flatMap((call) => {
    const given = call.getMultipleMatches('ARGS').filter((node) => node.kind() !== ',');
    const handler = given.at(-1);
    if (handler?.kind() !== 'arrow_function') return [];
    const body = handler.field('body');
    const isAsync = handler.text().startsWith('async');
    return [body.replace(`${opening(given[0].text(), isAsync)}${body.text()})`)];
  });
  if (edits.length > 0) writeFileSync(path, IMPORTS + root.commitEdits(edits));
}
