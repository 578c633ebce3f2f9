/** Acts as a package: nothing in it shows that it contains tools of an MCP server. */
export function accountContext() {
  const kept = new Map();
  return {
    accountTool: (name, config, callback) => kept.set(name, { config, callback }),
    answer: () => new Response([...kept.keys()].join()),
  };
}
