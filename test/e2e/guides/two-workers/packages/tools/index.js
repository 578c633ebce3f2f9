/** Both Workers have this tool. */
export function registerClock(server) {
  server.registerTool('now', { description: 'Returns the time' }, async () => ({
    content: [{ type: 'text', text: new Date().toISOString() }],
  }));
}
