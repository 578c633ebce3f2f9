import { McpServer } from '@modelcontextprotocol/server';
import { registerClock } from '@two/tools';

const server = new McpServer({ name: 'notes', version: '1.0.0' });
registerClock(server);
server.registerTool('list_notes', { description: 'Acts as a tool' }, async () => ({ content: [] }));

export default { fetch: () => new Response('notes') };
