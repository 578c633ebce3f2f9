import { quoted } from '../text/style.js';
import { RUNTIME, WITHOUT_INPUT } from '../tools/generated-names.js';
import type { ToolSite } from '../tools/site.js';

/** What to paste where a handler could not be rewritten: it traces any function of `(args, context)`. */
export function manualSnippet(server: string, site: ToolSite, task: string): string {
  const name = site.nameExpression ?? quoted(site.name, "'");
  const options = site.registrar === undefined ? '' : `, ${WITHOUT_INPUT}`;
  return [
    `import { traceMcpTool } from '${RUNTIME}';`,
    `traceMcpTool(${quoted(server, "'")}, ${name}, ${quoted(task, "'")}, handler${options})`,
  ].join('\n');
}
