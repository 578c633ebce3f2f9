/** Stands for a package: nothing here says that what it keeps are tools of an MCP server. */
export function accountContext() {
  const kept = new Map();
  return {
    accountTool: (name, config, callback) => kept.set(name, { config, callback }),
    answer: () => new Response([...kept.keys()].join()),
  };
}
