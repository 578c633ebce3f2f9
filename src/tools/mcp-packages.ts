/** Packages that only MCP servers import. */
interface McpPackage {
  readonly modules: RegExp;
  /** Handlers given to its server are typed with the request context as a further parameter. */
  readonly typesContext?: true;
}

/** The one list of such packages. None of them brings tools of its own. */
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

/** Packages whose servers come without tools: those of the list, and the one whose parts `agents/mcp` is of. */
export function bringsNoTools(module: string): boolean {
  return isMcpPackage(module) || /^agents(\/|$)/.test(module);
}

/** A module of the project itself: relative, or by one of the usual aliases. */
export function isOwnModule(module: string): boolean {
  return /^([.~#]|@\/)/.test(module);
}

/** A module that is about MCP by its name. */
export function isAboutMcp(module: string): boolean {
  return /(^|[/@-])mcp/i.test(module);
}
