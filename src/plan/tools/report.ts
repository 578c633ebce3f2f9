import { type Finding, lineAt } from '../../core/findings.js';
import type { PlannedTool } from '../../core/plan.js';
import type { CandidateFile } from '../../project/source-files.js';
import { manualSnippet } from '../../rewrite/snippet.js';
import { ANY_NAME, BARE_SITE, type HandlerSite, isShared, labelOf } from '../../tools/site.js';
import { type Decision, type Decisions, ignoredFor, type NamedDecision } from './decide.js';
import type { LinkedFile, ProjectTools } from './link.js';
import type { Rewritten } from './rewrite.js';
import { SHARED_TASK } from './tool-atlas.js';
import { manualFinding, remarkFinding } from './tool-findings.js';

export interface Report {
  readonly tools: readonly PlannedTool[];
  readonly findings: readonly Finding[];
}

const UNSOUND = 'the rewritten file would not parse';

/** The tools as the plan lists them, and what a person should know of them. */
export function report(project: ProjectTools, decisions: Decisions, { faulty }: Rewritten): Report {
  const files = project.files.map((file) => reportFile(file, project, decisions, faulty));
  return {
    tools: files.flatMap(({ tools }) => tools),
    findings: files.flatMap(({ findings }) => findings),
  };
}

function reportFile(
  file: LinkedFile,
  project: ProjectTools,
  decisions: Decisions,
  faulty: ReadonlySet<HandlerSite>,
): Report {
  const tools = decisions.sites
    .filter((decision) => decision.file === file)
    .map((decision) => withFault(decision, faulty))
    .filter((decision) => !isListedElsewhere(decision, project))
    .map(plannedTool);
  const named = decisions.named.filter((decision) => decision.file === file).map(namedTool);
  const { remarks } = file.reading;
  return {
    tools: [...tools, ...named],
    findings: [
      ...tools.filter(({ status }) => status === 'manual').map(manualFinding),
      ...(file.isTaken ? remarks.map((remark) => remarkFinding(file.source.path, remark)) : []),
    ],
  };
}

function withFault(decision: Decision, faulty: ReadonlySet<HandlerSite>): Decision {
  const isFaulty = decision.status === 'planned' && faulty.has(decision.site);
  return isFaulty ? { ...decision, status: 'manual', reason: UNSOUND } : decision;
}

/** Whether a place that tools run through needs no line of its own in the list. */
function isListedElsewhere({ site, status }: Decision, project: ProjectTools): boolean {
  if (!isShared(site)) return false;
  if (status !== 'manual') return project.isNamedElsewhere || site.covers.length > 0;
  const isMention = site.target.kind === 'manual' && site.target.isWeakMatch;
  return isMention === true && project.hasTraceable;
}

function plannedTool({ site, file, atlas, status, reason }: Decision): PlannedTool {
  const { task, oversight } = atlas;
  const tool = {
    name: labelOf(site),
    file: file.source.path,
    line: site.line,
    family: site.family,
    task,
    ...(isShared(site) ? { isShared: true as const } : oversight ? { oversight } : {}),
  };
  if (reason === undefined) return { ...tool, status };
  if (status !== 'manual') return { ...tool, status, reason };
  return { ...tool, status, reason, snippet: manualSnippet(file.server, site, task) };
}

function namedTool({ definition, file, family, task, status, reason }: NamedDecision): PlannedTool {
  const { name, line } = definition;
  const tool = { name, file: file.source.path, line, family, task, isShared: true as const };
  return reason === undefined ? { ...tool, status } : { ...tool, status, reason };
}

/** A test for the method `tools/call`; where it is only sent, a client is at work. */
const TESTS_TOOLS_CALL =
  /(?:[=!]==?\s*|case\s+|\.(?:set|on|handle|register\w{0,100})\(\s*)(['"`])tools\/call\1|(['"`])tools\/call\2\s*(?:[=!]==?|:)/;

/** In a project without any tool found, the places that seem to carry them out are not passed over in silence. */
export function understoodNowhere(sources: readonly CandidateFile[], server: string): Report {
  const tools = sources.flatMap((source): PlannedTool[] => {
    const at = source.text.search(TESTS_TOOLS_CALL);
    if (at === -1) return [];
    const reason = 'how `tools/call` is handled here was not understood';
    const line = lineAt(source.text, at);
    const place = { file: source.path, line, family: 'tools/call', task: SHARED_TASK } as const;
    const tool = { name: ANY_NAME, ...place, isShared: true as const };
    const ignored = ignoredFor(source)({ line });
    if (ignored !== undefined) return [{ ...tool, status: 'ignored', reason: ignored }];
    const target = { kind: 'manual', reason } as const;
    const site = { ...BARE_SITE, name: { kind: 'dispatched' }, line, family: 'tools/call', target } as const;
    return [{ ...tool, status: 'manual', reason, snippet: manualSnippet(server, site, SHARED_TASK) }];
  });
  return { tools, findings: tools.filter(({ status }) => status === 'manual').map(manualFinding) };
}
