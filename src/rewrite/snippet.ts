import { quoted } from '../text/style.js';
import { RUNTIME, WITHOUT_INPUT } from '../tools/generated-names.js';
import { METHODS } from '../tools/methods.js';
import { ANY_NAME, type HandlerSite, isShared, labelOf, nameSource } from '../tools/site.js';

/**
 * What to paste where a handler could not be rewritten: it traces any function of `(args, context)`, and where
 * every tool runs through, a call by the request.
 */
export function manualSnippet(server: string, site: HandlerSite, task: string): string {
  if (isShared(site) && labelOf(site) === ANY_NAME) {
    return [
      `import { createTrace, fromToolCall } from '${RUNTIME}';`,
      `createTrace(fromToolCall(${quoted(server, "'")}, request)).run(() => handler(request))`,
    ].join('\n');
  }
  const name = nameSource(site) ?? quoted(labelOf(site), "'");
  const { run } = METHODS[site.kind];
  const options = site.registrar === undefined ? '' : `, ${WITHOUT_INPUT}`;
  return [
    `import { ${run} } from '${RUNTIME}';`,
    `${run}(${quoted(server, "'")}, ${name}, ${quoted(task, "'")}, handler${options})`,
  ].join('\n');
}
