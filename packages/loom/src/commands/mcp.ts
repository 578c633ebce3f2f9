import { command } from './spec.js';

export const mcp = command({
  builder: (yargs) => yargs,
  run: async ({ cwd }) => {
    const [{ serveStdio }, { loomServer }, { shutdownObservability }] = await Promise.all([
      import('@modelcontextprotocol/server/stdio'),
      import('../mcp/server.js'),
      import('@create-something/observability'),
    ]);
    // stdout belongs to the protocol from here on; the server ends with its input.
    const serving = serveStdio(() => loomServer(cwd));
    await new Promise((resolve) => process.stdin.once('close', resolve));
    await serving.close();
    await shutdownObservability();
    return { data: null, text: '' };
  },
});
