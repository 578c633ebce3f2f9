// An McpAgent in a Durable Object.
import { observeServer } from '@create-something/observability';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpAgent } from 'agents/mcp';
import { fill } from '../servers/v1.js';

export class Agent extends McpAgent<unknown, unknown, { login: string }> {
  server = observeServer(new McpServer({ name: 'calc', version: '1' }), 'calc', this);
  async init() {
    fill(this.server);
  }
}

const agent = Agent.serve('/agent', { binding: 'AGENT' });

export default {
  async fetch(request: Request, env: unknown, context: { props?: unknown }): Promise<Response> {
    context.props = { login: 'octo', accessToken: 'never-shown' };
    return agent.fetch(request, env as never, context as never);
  },
};
