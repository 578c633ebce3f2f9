import type { Plan } from '../core/plan.js';
import type { InitIntent } from '../plan/intent.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { hasLangfuseKeys } from '../scaffold/local-keys.js';
import { SWITCHED_OFF } from '../wrangler/plan-observability.js';
import type { Answers } from './intent.js';
import type { Options } from './options.js';
import { askLocal, askRedaction, askToSwitchOn } from './prompts.js';
import type { Workers } from './workers.js';

/** Questions that only some projects raise. Whoever said it by a flag, or in an earlier `init`, is not asked. */
export async function askMore(
  { members }: Workers,
  plan: Plan,
  options: Options,
  intentOf: (project: ProjectSnapshot) => InitIntent,
): Promise<Answers> {
  const projects = members
    .map(({ project }) => project)
    .filter((project) => intentOf(project).layers.includes('cloudflare'));
  const isNew = projects.every((project) => !project.record);
  const off = plan.findings.filter((finding) => SWITCHED_OFF.has(finding.rule));
  const keepDisabled =
    options.keepDisabled === undefined &&
    off.length > 0 &&
    !projects.some((one) => intentOf(one).keepDisabled)
      ? { keepDisabled: !(await askToSwitchOn(off)) }
      : {};
  const redactQueryString =
    options.redactQueryString === undefined && isNew && projects.some(offersRedaction)
      ? { redactQueryString: await askRedaction() }
      : {};
  return { ...keepDisabled, ...redactQueryString, ...(await askWhereTo(members, options, intentOf)) };
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
