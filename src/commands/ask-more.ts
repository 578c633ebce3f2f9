import type { AgentFile } from '../core/agent-files.js';
import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import { isHidden } from '../plan/clone.js';
import type { InitIntent } from '../plan/intent.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { hasLangfuseKeys } from '../scaffold/local-keys.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';
import { proposedAgentFiles } from './agent-folders.js';
import type { Answers } from './intent.js';
import type { Options } from './options.js';
import {
  askAgentFiles,
  askLocal,
  askRedaction,
  askSameAccount,
  askToSwitchOn,
  askToUnignore,
} from './prompts.js';
import type { Workers } from './workers.js';

/** Questions about a project, except its layers and the tasks of its tools. */
export interface OpenQuestions {
  /** Settings that the user turned off. */
  readonly off: readonly Finding[];
  readonly redaction: boolean;
  /** Files of the set-up that git ignores. */
  readonly hidden: readonly string[];
  /** Whether local runs have no keys yet. */
  readonly local: boolean;
  /** Files for coding agents, with the proposed ones. */
  readonly agentFiles: readonly AgentFile[] | undefined;
}

/** A flag or an earlier `init` already answered these. */
export function openQuestions(
  { members }: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): OpenQuestions {
  const all = members.map(({ project }) => project);
  const projects = all.filter((project) => intentOf(project).layers.includes('cloudflare'));
  const isNew = (one: readonly ProjectSnapshot[]) => one.every((project) => !project.record);
  const withLoom = all.filter((project) => intentOf(project).layers.includes('loom'));
  const isDecided = options.keepDisabled !== undefined || projects.some((one) => intentOf(one).keepDisabled);
  return {
    off: isDecided ? [] : plan.findings.filter((finding) => SWITCHED_OFF.has(finding.rule)),
    redaction: options.redactQueryString === undefined && isNew(projects) && projects.some(offersRedaction),
    hidden: options.unignore === undefined ? plan.findings.filter(isHidden).map(({ file }) => file) : [],
    local: options.local === undefined && withoutKeys(all, intentOf).length > 0,
    agentFiles:
      options.agentFiles === undefined && withLoom.length > 0 && isNew(all)
        ? proposedAgentFiles(withLoom, intentOf)
        : undefined,
  };
}

/** Asks the open questions. */
export async function askMore(
  workers: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Promise<Answers> {
  const open = openQuestions(workers, plan, options, intentOf);
  const { off, redaction, hidden } = open;
  const keepDisabled = off.length > 0 ? { keepDisabled: !(await askToSwitchOn(off)) } : {};
  const redactQueryString = redaction ? { redactQueryString: await askRedaction() } : {};
  const unignore = hidden.length > 0 ? { unignore: await askToUnignore(hidden) } : {};
  const server = await askServer(options.server);
  const local = open.local && (await askLocal()) ? { local: true } : {};
  const agentFiles = open.agentFiles ? { agentFiles: await askAgentFiles(open.agentFiles) } : {};
  return { ...keepDisabled, ...redactQueryString, ...unignore, ...server, ...local, ...agentFiles };
}

/** The default answers of all open questions. */
export function defaultAnswers(
  workers: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Answers {
  const { off, redaction, agentFiles } = openQuestions(workers, plan, options, intentOf);
  return {
    ...(off.length > 0 ? { keepDisabled: true } : {}),
    ...(redaction ? { redactQueryString: true } : {}),
    ...(agentFiles && agentFiles.length > 0 ? { agentFiles } : {}),
  };
}

/**
 * A server on workers.dev has the Worker's name in its address. In the same account, a binding can replace
 * the address.
 */
async function askServer(server: string | undefined): Promise<Answers> {
  const name = /^https:\/\/([a-z0-9-]+)\.[a-z0-9-]+\.workers\.dev$/.exec(server ?? '')?.[1];
  return name !== undefined && (await askSameAccount(name)) ? { server: name } : {};
}

/** Without keys yet, the user either has keys or wants to see the first trace without an account. */
function withoutKeys(
  projects: readonly ProjectSnapshot[],
  intentOf: (project: ProjectSnapshot) => InitIntent,
): ProjectSnapshot[] {
  return projects
    .filter((project) => project.config && intentOf(project).layers.includes('langfuse'))
    .filter(({ localVars }) => !hasLangfuseKeys(localVars));
}

/** Only asked if the project's Wrangler supports the key and no choice was made yet. */
function offersRedaction(project: ProjectSnapshot): boolean {
  const knows = project.knownKeys?.includes('redact_query_string') === true;
  return knows && !project.config?.text.includes('redact_query_string');
}
