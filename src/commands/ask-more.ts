import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';
import { isHidden } from '../plan/clone.js';
import type { InitIntent } from '../plan/intent.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { hasLangfuseKeys } from '../scaffold/local-keys.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';
import type { Answers } from './intent.js';
import type { Options } from './options.js';
import { askLocal, askRedaction, askToSwitchOn, askToUnignore } from './prompts.js';
import type { Workers } from './workers.js';

/** What only some projects raise. What was said by a flag, or in an earlier `init`, is not open. */
function openQuestions(
  { members }: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): { readonly off: readonly Finding[]; readonly redaction: boolean } {
  const projects = members
    .map(({ project }) => project)
    .filter((project) => intentOf(project).layers.includes('cloudflare'));
  const isNew = projects.every((project) => !project.record);
  const isDecided = options.keepDisabled !== undefined || projects.some((one) => intentOf(one).keepDisabled);
  return {
    off: isDecided ? [] : plan.findings.filter((finding) => SWITCHED_OFF.has(finding.rule)),
    redaction: options.redactQueryString === undefined && isNew && projects.some(offersRedaction),
  };
}

/** Asks what is open. */
export async function askMore(
  workers: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Promise<Answers> {
  const { off, redaction } = openQuestions(workers, plan, options, intentOf);
  const keepDisabled = off.length > 0 ? { keepDisabled: !(await askToSwitchOn(off)) } : {};
  const redactQueryString = redaction ? { redactQueryString: await askRedaction() } : {};
  const hidden = options.unignore === undefined ? plan.findings.filter(isHidden) : [];
  const unignore = hidden.length > 0 ? { unignore: await askToUnignore(hidden.map(({ file }) => file)) } : {};
  const local = await askWhereTo(workers.members, options, intentOf);
  return { ...keepDisabled, ...redactQueryString, ...unignore, ...local };
}

/** What Enter would answer to all that is open. */
export function defaultAnswers(
  workers: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Answers {
  const { off, redaction } = openQuestions(workers, plan, options, intentOf);
  return {
    ...(off.length > 0 ? { keepDisabled: true } : {}),
    ...(redaction ? { redactQueryString: true } : {}),
  };
}

/** Where no keys are yet, a person either has them or would rather see the first trace without an account. */
async function askWhereTo(
  members: Workers['members'],
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Promise<Answers> {
  const open = members
    .map(({ project }) => project)
    .filter((project) => project.config && intentOf(project).layers.includes('langfuse'))
    .filter(({ localVars }) => !hasLangfuseKeys(localVars));
  if (options.local !== undefined || open.length === 0) return {};
  return (await askLocal()) ? { local: true } : {};
}

/** Only where the project's Wrangler is known to know the key, and nobody decided on it yet. */
function offersRedaction(project: ProjectSnapshot): boolean {
  const knows = project.knownKeys?.includes('redact_query_string') === true;
  return knows && !project.config?.text.includes('redact_query_string');
}
