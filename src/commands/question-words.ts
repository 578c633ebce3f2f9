import type { AgentFile } from '../core/agent-files.js';
import type { Layer } from '../core/layers.js';

/** Texts of the questions, for the prompts and `--detect --json`. */
export const QUESTIONS = {
  worker: 'Which Workers?',
  noTools: 'No tool was found in this MCP server. Set it up anyway?',
  layers: 'Which layers?',
  off: 'The config disables traces. Keep them off?',
  redaction:
    'Keep query strings out of recorded URLs? They can contain OAuth codes and state (redact_query_string)',
  unignore: 'Add exceptions to the ignore file?',
  local: 'Where should local runs show their traces?',
  agentFiles: 'Write files for coding agents?',
  tasks: 'Each trace has the task type of its tool, as a filter. Which of these are wrong?',
  oversight: 'Human oversight for each tool?',
} as const;

export const LAYER_HINTS: Readonly<Record<Layer, string>> = {
  cloudflare: 'traces in the Wrangler config',
  langfuse: 'a trace for every tool call',
  loom: 'agent sessions, issues, routing and cost in .loom',
};

export const AGENT_FILE_WORDS: Readonly<Record<AgentFile, string>> = {
  'claude-skill': 'a skill for Claude Code: how to read traces',
  'agents-skill': 'the same skill for other agents',
  'agents-md': 'a paragraph for every agent',
  'claude-mcp': 'traces as tools, in Claude Code',
  'cursor-mcp': 'traces as tools, in Cursor',
  'vscode-mcp': 'traces as tools, in VS Code',
};
