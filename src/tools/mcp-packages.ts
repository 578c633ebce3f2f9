/** Packages that only MCP servers import. */
interface McpPackage {
  readonly modules: RegExp;
  /** Its types let every handler have the request context as a further parameter. */
  readonly typesContext?: true;
}

/** The only list of such packages. None of them has its own tools. */
const MCP_PACKAGES: readonly McpPackage[] = [
  { modules: /^@modelcontextprotocol\//, typesContext: true },
  { modules: /^agents\/mcp/, typesContext: true },
  { modules: /^mcp-handler/, typesContext: true },
  { modules: /^@vercel\/mcp-adapter/, typesContext: true },
  { modules: /^@hono\/mcp/ },
  { modules: /^mcp-lite/ },
  { modules: /^fastmcp/ },
  { modules: /^tmcp/ },
];

export function isMcpPackage(module: string): boolean {
  return MCP_PACKAGES.some(({ modules }) => modules.test(module));
}

export function typesContext(module: string): boolean {
  return MCP_PACKAGES.some((one) => one.typesContext && one.modules.test(module));
}

/** Packages whose servers have no tools of their own: those of the list, and `agents`, which contains `agents/mcp`. */
export function bringsNoTools(module: string): boolean {
  return isMcpPackage(module) || /^agents(\/|$)/.test(module);
}

/** A module of the project: a relative path, or one of the usual aliases. */
export function isOwnModule(module: string): boolean {
  return /^([.~#]|@\/)/.test(module);
}

/** A module whose name contains MCP. */
export function isAboutMcp(module: string): boolean {
  return /(^|[/@-])mcp/i.test(module);
}
