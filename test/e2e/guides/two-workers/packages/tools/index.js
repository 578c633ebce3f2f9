/** Both Workers have it. */
export function registerClock(server) {
  server.registerTool('now', { description: 'Tell the time' }, async () => ({
    content: [{ type: 'text', text: new Date().toISOString() }],
  }));
}
