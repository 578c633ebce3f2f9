import { command } from './spec.js';
import { REMOTE } from './views.js';

export const mcp = command({
  builder: (yargs) =>
    yargs
      .option('compat', {
        type: 'boolean',
        default: false,
        describe: 'The 34 tools of the earlier Loom, instead of the current ones',
      })
      .option('remote', {
        ...REMOTE,
        describe: "Read the traces of the team's server (LOOM_SERVER_URL, LOOM_SERVER_KEY)",
      }),
  run: async ({ cwd, compat, remote }) => {
    const [{ serveStdio }, { loomServer }, { compatServer }, { shutdownObservability }] = await Promise.all([
      import('@modelcontextprotocol/server/stdio'),
      import('../mcp/server.js'),
      import('../mcp/compat-server.js'),
      import('@create-something/observability'),
    ]);
    // From now on, stdout is only for the protocol. The server stops at the end of its input.
    const serving = serveStdio(() => (compat ? compatServer(cwd) : loomServer(cwd, remote)));
    await new Promise((resolve) => process.stdin.once('close', resolve));
    await serving.close();
    await shutdownObservability();
    return { data: null, text: '' };
  },
});
