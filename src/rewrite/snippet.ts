import { quoted } from '../text/style.js';
import { ANY_TOOL, RUNTIME, WITHOUT_INPUT } from '../tools/generated-names.js';
import type { ToolSite } from '../tools/site.js';

/**
 * What to paste where a handler could not be rewritten: it traces any function of `(args, context)`, and where
 * every tool runs through, a call by the request.
 */
export function manualSnippet(server: string, site: ToolSite, task: string): string {
  if (site.isShared && site.name === ANY_TOOL) {
    return [
      `import { createTrace, fromToolCall } from '${RUNTIME}';`,
      `createTrace(fromToolCall(${quoted(server, "'")}, request)).run(() => handler(request))`,
    ].join('\n');
  }
  const name = site.nameExpression ?? quoted(site.name, "'");
  const options = site.registrar === undefined ? '' : `, ${WITHOUT_INPUT}`;
  return [
    `import { traceMcpTool } from '${RUNTIME}';`,
    `traceMcpTool(${quoted(server, "'")}, ${name}, ${quoted(task, "'")}, handler${options})`,
  ].join('\n');
}
