import { observeServer, traceMcpTool } from '@create-something/observability';
import { McpServer } from '@modelcontextprotocol/server';
import { LoomError } from '../errors.js';
import type { Outcome } from '../output.js';
import { packageVersion } from '../package.js';
import { explain } from '../store/open.js';
import { type LoomTool, TOOLS } from './tools.js';
import { registerTraceTools } from './trace-tools.js';

const NAME = 'loom';

interface ToolResult {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: { [key: string]: unknown };
  isError?: boolean;
}

/** Loom as an MCP server, for agents to claim, save, route and close their work. */
export function loomServer(cwd: string, remote = false): McpServer {
  const server = observeServer(new McpServer({ name: NAME, version: packageVersion() }), NAME);
  const claimed = new Set<string>();
  for (const tool of TOOLS) {
    server.registerTool(
      tool.name,
      {
        description: tool.description,
        inputSchema: tool.input,
        annotations: { readOnlyHint: tool.readOnly, openWorldHint: false },
      },
      // Traced like any tool: with Langfuse keys in the environment, its calls are visible there.
      traceMcpTool(NAME, tool.name, tool.task, (args: Record<string, unknown>) =>
        call(tool, args, cwd, claimed),
      ),
    );
  }
  registerTraceTools(server, NAME, { cwd, remote });
  return server;
}

/** `claimed` has this agent's issues, because all agents without a session share the user's name. */
async function call(
  tool: LoomTool,
  args: Record<string, unknown>,
  cwd: string,
  claimed: Set<string>,
): Promise<ToolResult> {
  return answered(async () => {
    const command = await tool.load();
    const { context, ...rest } = args;
    const outcome = await command.run({
      _: [],
      $0: 'lm',
      cwd,
      json: false,
      ...tool.fixed,
      ...(tool.name === 'loom_claim' ? { fresh: !claimed.has(String(args.id)) } : {}),
      ...rest,
      // The command takes its context as text.
      ...(context === undefined ? {} : { context: JSON.stringify(context) }),
    });
    rememberSession(tool, outcome.data);
    rememberClaim(tool, args, claimed);
    return outcome;
  });
}

/** Output of a command as a tool result. Errors are results too. */
export async function answered(run: () => Promise<Outcome>): Promise<ToolResult> {
  try {
    const outcome = await run();
    return { content: [{ type: 'text', text: outcome.text }], structuredContent: { data: outcome.data } };
  } catch (error) {
    const known = explain('.loom/loom.db', error);
    if (known instanceof LoomError) {
      return { content: [{ type: 'text', text: `${known.message}\n${known.fix}` }], isError: true };
    }
    throw error;
  }
}

function rememberClaim(tool: LoomTool, args: Record<string, unknown>, claimed: Set<string>): void {
  if (tool.name === 'loom_claim') {
    claimed.add(String(args.id));
  } else if (tool.name === 'loom_release' || tool.name === 'loom_done') {
    claimed.delete(String(args.id));
  }
}

/** After an agent starts or continues a session, its later calls belong to it. */
export function rememberSession(tool: { readonly name: string }, data: unknown): void {
  const started = tool.name === 'loom_session_start' ? (data as { id: string }).id : undefined;
  const resumed = tool.name === 'loom_resume' ? (data as { session: { id: string } }).session.id : undefined;
  if (started ?? resumed) {
    process.env.LOOM_SESSION = started ?? resumed;
  } else if (tool.name === 'loom_session_end' && (data as { id: string }).id === process.env.LOOM_SESSION) {
    delete process.env.LOOM_SESSION;
  }
}
