import { traceMcpTool } from '@create-something/observability';
import { McpServer } from '@modelcontextprotocol/server';
import { packageVersion } from '../package.js';
import { ANY_INPUT, COMPAT_TOOLS, type Given } from './compat.js';
import { answered, rememberSession } from './server.js';

const NAME = 'loom';

/** The tools of the earlier Loom, for agents whose instructions use their names. */
export function compatServer(cwd: string): McpServer {
  const server = new McpServer({ name: NAME, version: packageVersion() });
  for (const tool of COMPAT_TOOLS) {
    server.registerTool(
      tool.name,
      {
        description: tool.description,
        inputSchema: ANY_INPUT,
        annotations: { readOnlyHint: tool.readOnly, openWorldHint: false },
      },
      traceMcpTool(NAME, tool.name, 'orchestrate', (given: Given) =>
        answered(async () => {
          const command = await tool.load();
          const outcome = await command.run({ _: [], $0: 'lm', cwd, json: false, ...tool.map(given) });
          rememberSession(tool, outcome.data);
          return outcome;
        }),
      ),
    );
  }
  return server;
}
