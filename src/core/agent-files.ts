/** Files that `init` offers for coding agents: instructions, and Loom's MCP server in a client's config. */
export const AGENT_FILES = [
  'claude-skill',
  'agents-skill',
  'agents-md',
  'claude-mcp',
  'cursor-mcp',
  'vscode-mcp',
] as const;
export type AgentFile = (typeof AGENT_FILES)[number];

/** Path of each, relative to the folder that agents work in: the one that contains `.loom`. */
export const AGENT_FILE_PATHS: Readonly<Record<AgentFile, string>> = {
  // code.claude.com/docs/en/skills
  'claude-skill': '.claude/skills/worker-traces/SKILL.md',
  // agentskills.io: the folder that other agents look into.
  'agents-skill': '.agents/skills/worker-traces/SKILL.md',
  // agents.md
  'agents-md': 'AGENTS.md',
  'claude-mcp': '.mcp.json',
  'cursor-mcp': '.cursor/mcp.json',
  'vscode-mcp': '.vscode/mcp.json',
};
