/**
 * Names that identify code if no type does. Each entry comes from real servers. The corpus run (bench/README.md)
 * measures the effect of a change.
 */

/** A variable or member that holds an MCP server: `this.server`, `mcp`. */
export function isServerName(source: string): boolean {
  return /(server|mcp)$/i.test(source);
}

/** The same, for a server whose types give a handler its type: `getServer()`, `srv!`. */
export function isTypedServerName(source: string): boolean {
  return /(server|srv|mcp)(\(\))?!?$/i.test(source);
}

/** Names of variables for a server from a factory. */
export function isServerVariable(source: string): boolean {
  return /(^|\.)(mcp)?server$/i.test(source);
}

/** Functions and classes that create an MCP server. */
export function makesServer(name: string): boolean {
  return /^(create|define|new)?(remote)?mcp(server)?$/i.test(name);
}

/** Classes of MCP servers. Their constructor gets the server's name. */
export function isServerClass(source: string): boolean {
  return /^(McpServer|Server|FastMCP|MCPServer)$/.test(source);
}

/** Members that hold a handler, in libraries and registries that define a tool as an object. */
export const HANDLER_MEMBERS: readonly string[] = [
  'handler',
  'execute',
  'callback',
  'cb',
  'run',
  'call',
  'invoke',
  'handle',
  'fn',
];

/** Members that hold the schema of a tool's arguments. */
export const SCHEMA_MEMBERS: readonly string[] = [
  'inputSchema',
  'input_schema',
  'paramsSchema',
  'parameters',
  'schema',
  'argsSchema',
  'params',
  'args',
  'input',
];

/** Names of MCP tools: 1 to 128 of these characters (MCP specification 2025-11-25, server/tools). */
export function isToolName(name: string): boolean {
  return /^[A-Za-z0-9_./-]{1,128}$/.test(name);
}
