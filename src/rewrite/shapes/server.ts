import { type Edit, insertion } from '../../core/edits.js';
import { quoted } from '../../text/style.js';
import type { ServerSite } from '../../tools/site.js';
import { type CallExpression, isCallOf, ts } from '../../tools/syntax/syntax.js';
import type { RuntimeNames } from '../names.js';
import type { ImportedNames, Wrapper } from '../wrapper.js';
import { aroundArgument } from './argument.js';

/** `new McpServer(…)` becomes `observeServer(new McpServer(…), 'name')`; in a field of an McpAgent, with `this`. */
export function printServer(
  site: ServerSite,
  { names, name, quote }: { names: RuntimeNames; name: string; quote: '"' | "'" },
): Edit[] {
  const owner = site.isOfAgent ? ', this' : '';
  return [
    insertion(site.start, `${names.local('observeServer')}(`),
    insertion(site.end, `, ${quoted(name, quote)}${owner})`),
  ];
}

export function recogniseServer(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const [server] = call.arguments;
  if (!isCallOf(call, names.get('observeServer')) || call.arguments.length > 3) return undefined;
  // On a server made elsewhere, a person wrote it.
  if (!server || !ts.isNewExpression(server)) return undefined;
  return { ...aroundArgument(call, server), isServer: true };
}
