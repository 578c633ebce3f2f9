import { quoted } from '../text/style.js';
import { RUNTIME, WITHOUT_INPUT } from '../tools/generated-names.js';
import { METHODS } from '../tools/methods.js';
import { ANY_NAME, type HandlerSite, isShared, labelOf, nameSource } from '../tools/site.js';

/**
 * Code to paste if `init` could not rewrite a handler. It traces a function of `(args, context)`. For a dispatcher of
 * all tools, it traces each call by its request.
 * @param isCommonJs the file can have neither imports nor a top-level await
 */
export function manualSnippet(server: string, site: HandlerSite, task: string, isCommonJs = false): string {
  if (isShared(site) && labelOf(site) === ANY_NAME) {
    const call = `createTrace(fromToolCall(${quoted(server, "'")}, request)).run(() => handler(request))`;
    if (isCommonJs) {
      const load = `const { createTrace, fromToolCall } = await import('${RUNTIME}');`;
      return ['async (request) => {', `  ${load}`, `  return ${call};`, '}', MAKE_IT_A_MODULE].join('\n');
    }
    return [`import { createTrace, fromToolCall } from '${RUNTIME}';`, call].join('\n');
  }
  const name = nameSource(site) ?? quoted(labelOf(site), "'");
  const { run } = METHODS[site.kind];
  const options = site.registrar === undefined ? '' : `, ${WITHOUT_INPUT}`;
  const call = `${run}(${quoted(server, "'")}, ${name}, ${quoted(task, "'")}, handler${options})`;
  if (isCommonJs) {
    const loaded = `async (...args) => (await import('${RUNTIME}')).${call}(...args)`;
    return [loaded, MAKE_IT_A_MODULE].join('\n');
  }
  return [`import { ${run} } from '${RUNTIME}';`, call].join('\n');
}

const MAKE_IT_A_MODULE =
  '// Or make the file a module (.mjs, .mts, or "type": "module" in package.json), and run init again.';
