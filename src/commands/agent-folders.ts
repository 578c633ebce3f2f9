import { posix } from 'node:path';
import { AGENT_FILES, type AgentFile } from '../core/agent-files.js';
import type { InitIntent } from '../plan/intent.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { agentFilePath } from '../scaffold/agent-files.js';

/**
 * The folder that shows that an agent works in the project. An existing AGENTS.md is edited only on request.
 */
const SIGNS: Readonly<Record<AgentFile, string | undefined>> = {
  'claude-skill': '.claude',
  'agents-skill': '.agents',
  'agents-md': undefined,
  'claude-mcp': '.mcp.json',
  'cursor-mcp': '.cursor',
  'vscode-mcp': '.vscode/mcp.json',
};

/** Files that `init` proposes: those of agents that have a committed folder in the project. */
export function proposedAgentFiles(
  projects: readonly ProjectSnapshot[],
  intentOf: (project: ProjectSnapshot) => InitIntent,
): AgentFile[] {
  return AGENT_FILES.filter((name) => projects.some((project) => hasSign(name, project, intentOf(project))));
}

function hasSign(name: AgentFile, project: ProjectSnapshot, { loomFolder }: InitIntent): boolean {
  const sign = SIGNS[name];
  if (sign === undefined || !project.exists(posix.join(posix.dirname(loomFolder), sign))) return false;
  const path = agentFilePath(name, loomFolder);
  if (hasFileAbove(path, project)) return false;
  return !project.repository?.ignored([path]).has(path);
}

/** Returns true if a file has the name of a folder of the path. */
function hasFileAbove(path: string, project: ProjectSnapshot): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some((_, index) => project.text(folders.slice(0, index + 1).join('/')) !== undefined);
}
