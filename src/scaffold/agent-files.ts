import { posix } from 'node:path';
import { MARKDOWN as LOOMS, type Marks, withBlock } from '../../packages/loom/src/agents/block.js';
import {
  entryText,
  JSON_CLIENTS,
  type JsonClient,
  SERVER_BY_NPX,
  type ServerCommand,
  serverCommand,
} from '../../packages/loom/src/agents/mcp-clients.js';
import { hasMcpEntry, withMcpEntry } from '../../packages/loom/src/agents/mcp-entry.js';
import { NO_SETTINGS } from '../../packages/loom/src/hooks/settings-text.js';
import { AGENT_FILE_PATHS, type AgentFile } from '../core/agent-files.js';
import { editBetween } from '../core/edits.js';
import { type Finding, finding } from '../core/findings.js';
import { type Change, modify } from '../core/plan.js';
import type { ObserveRecord } from '../core/record.js';
import type { Assets } from '../project/assets.js';
import { execWith } from '../project/package-manager.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { planFiles } from './plan-files.js';
import { render } from './render.js';

export interface AgentFilesIntent {
  readonly agentFiles: readonly AgentFile[];
  /** Files that this run adds. The others are updated if they still exist. */
  readonly agentFilesAsked: readonly AgentFile[];
  /** Relative to the project, with `/`. Agents work in its parent folder. */
  readonly loomFolder: string;
}

interface Proposal {
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
}

const NOTHING: Proposal = { changes: [], findings: [] };

const CLIENTS: Readonly<Partial<Record<AgentFile, JsonClient>>> = {
  'claude-mcp': JSON_CLIENTS.claude,
  'cursor-mcp': JSON_CLIENTS.cursor,
  'vscode-mcp': JSON_CLIENTS.vscode,
};

const MARKS: Marks = [LOOMS[0], LOOMS[1], 'create-something-observe'];

/**
 * Instructions for coding agents, and Loom's server in the configs of MCP clients. A file that the user removed is
 * not added again until the user asks for it.
 */
export function planAgentFiles(
  project: ProjectSnapshot,
  assets: Assets,
  intent: AgentFilesIntent,
  given: { readonly record: ObserveRecord | undefined; readonly isLoomInstalled: boolean },
): Proposal {
  const words = { run: execWith(project.packageManager), manager: project.packageManager.name };
  const command = given.isLoomInstalled ? serverCommand() : SERVER_BY_NPX;
  const proposals = intent.agentFiles.map((name): Proposal => {
    const path = agentFilePath(name, intent.loomFolder);
    const text = project.text(path);
    const isAsked = intent.agentFilesAsked.includes(name);
    const client = CLIENTS[name];
    if (client) return planEntry(path, text, client, command, isAsked);
    if (name === 'agents-md') {
      const block = `\n${render(assets.template('agents/agents-md.md.hbs'), words)}`;
      return planParagraph(path, text, block, isAsked);
    }
    if (text === undefined && !isAsked) return NOTHING;
    const skill = render(assets.template('agents/skill.md.hbs'), words);
    return planFiles({ [path]: skill }, project.text, given.record);
  });
  return {
    changes: proposals.flatMap(({ changes }) => changes),
    findings: proposals.flatMap(({ findings }) => findings),
  };
}

/** @param loomFolder relative to the project, with `/` */
export function agentFilePath(name: AgentFile, loomFolder: string): string {
  return posix.join(posix.dirname(loomFolder), AGENT_FILE_PATHS[name]);
}

function planParagraph(path: string, text: string | undefined, block: string, isAsked: boolean): Proposal {
  const known = text === undefined ? undefined : blockIn(text);
  if (known === undefined && !isAsked) return NOTHING;
  // A formatter may have changed it.
  if (known !== undefined && spaceless(known) === spaceless(block)) return NOTHING;
  return planText(path, text, '', (before) => withBlock(before, block, path, MARKS), block);
}

function blockIn(text: string): string | undefined {
  const [open, close, owner] = MARKS;
  const begin = new RegExp(`${open}${owner}:begin \\d${close}`).exec(text);
  const end = text.indexOf(`${open}${owner}:end${close}`);
  return begin && end > begin.index ? text.slice(begin.index + begin[0].length, end) : undefined;
}

function spaceless(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function planEntry(
  path: string,
  text: string | undefined,
  client: JsonClient,
  command: ServerCommand,
  isAsked: boolean,
): Proposal {
  if (!isAsked && !hasEntry(text, client, path)) return NOTHING;
  return planText(
    path,
    text,
    NO_SETTINGS,
    (before) => withMcpEntry(before, client.of(command), path),
    entryText(client, command),
  );
}

function hasEntry(text: string | undefined, { of }: JsonClient, path: string): boolean {
  try {
    return text !== undefined && hasMcpEntry(text, of(SERVER_BY_NPX).holder, path);
  } catch {
    // It is no longer JSON, so a person may be editing it.
    return false;
  }
}

/** @param change undefined if it is not possible; if it throws, nothing is changed either */
function planText(
  path: string,
  text: string | undefined,
  missing: string,
  change: (before: string) => string | undefined,
  wanted: string,
): Proposal {
  let after: string | undefined;
  let reason = `${path} has another server called loom.`;
  try {
    after = change(text ?? missing);
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  if (after === undefined) return { changes: [], findings: [byHand(path, reason, wanted)] };
  if (text === undefined) return { changes: [{ action: 'create', path, text: after }], findings: [] };
  return { changes: modify(path, text, editBetween(text, after)), findings: [] };
}

function byHand(path: string, reason: string, wanted: string): Finding {
  return finding({
    rule: 'agents/by-hand',
    file: path,
    line: 1,
    message: `${reason} It was not changed.`,
    fix: `Add this by hand, where you want it:\n${wanted.trim()}`,
  });
}
