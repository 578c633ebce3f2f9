import { type McpFile, SERVER } from './mcp-entry.js';

/** The program that serves Loom's tools on stdio, and its arguments. */
export type ServerCommand = readonly [program: string, ...args: string[]];

/** Where a client looks for a project's MCP servers, and the JSON of an entry. */
export interface JsonClient {
  readonly path: string;
  of(command: ServerCommand): McpFile;
}

const mcpServers = ([command, ...args]: ServerCommand): McpFile => ({
  holder: 'mcpServers',
  entry: { command, args },
});

export const JSON_CLIENTS = {
  // code.claude.com/docs/en/mcp: servers of a project.
  claude: { path: '.mcp.json', of: mcpServers },
  gemini: { path: '.gemini/settings.json', of: mcpServers },
  cursor: { path: '.cursor/mcp.json', of: mcpServers },
  // code.visualstudio.com/docs/copilot/customization/mcp-servers
  vscode: {
    path: '.vscode/mcp.json',
    of: ([command, ...args]) => ({ holder: 'servers', entry: { type: 'stdio', command, args } }),
  },
  opencode: {
    path: 'opencode.json',
    of: (command) => ({ holder: 'mcp', entry: { type: 'local', command, enabled: true } }),
  },
  amp: {
    path: '.amp/settings.json',
    of: ([command, ...args]) => ({ holder: 'amp.mcpServers', entry: { command, args } }),
  },
} as const satisfies Readonly<Record<string, JsonClient>>;

/** Path of `lm` in a project that has Loom installed. */
const INSTALLED = 'node_modules/@create-something/loom/bin/lm.js';

/** Node exists on every system, and downloads nothing. */
export const serverCommand = (lm: string = INSTALLED): ServerCommand => ['node', lm, 'mcp'];

/** For a project without Loom: npx installs it. */
export const SERVER_BY_NPX: ServerCommand = ['npx', '--yes', '--package=@create-something/loom', 'lm', 'mcp'];

/** Text to paste if the entry was not written. */
export function entryText({ of }: JsonClient, command: ServerCommand): string {
  const { holder, entry } = of(command);
  return JSON.stringify({ [holder]: { [SERVER]: entry } });
}
