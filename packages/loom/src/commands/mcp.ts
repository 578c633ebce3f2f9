import { command } from './spec.js';

export const mcp = command({
  builder: (yargs) =>
    yargs.option('compat', {
      type: 'boolean',
      default: false,
      describe: 'The 34 tools of the earlier Loom, by their names, in place of today’s',
    }),
  run: async ({ cwd, compat }) => {
    const [{ serveStdio }, { loomServer }, { compatServer }, { shutdownObservability }] = await Promise.all([
      import('@modelcontextprotocol/server/stdio'),
      import('../mcp/server.js'),
      import('../mcp/compat-server.js'),
      import('@create-something/observability'),
    ]);
    // stdout belongs to the protocol from here on; the server ends with its input.
    const serving = serveStdio(() => (compat ? compatServer(cwd) : loomServer(cwd)));
    await new Promise((resolve) => process.stdin.once('close', resolve));
    await serving.close();
    await shutdownObservability();
    return { data: null, text: '' };
  },
});
