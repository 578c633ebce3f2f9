import { type Finding, lineAt } from '../../core/findings.js';
import type { PlannedServer, PlannedTool } from '../../core/plan.js';
import type { CandidateFile } from '../../project/source-files.js';
import { manualSnippet } from '../../rewrite/snippet.js';
import { currentLine } from '../../rewrite/written-file.js';
import type { Remark } from '../../tools/family.js';
import { ANY_NAME, BARE_SITE, type HandlerSite, isShared, labelOf } from '../../tools/site.js';
import {
  type Decision,
  type Decisions,
  ignoredFor,
  type NamedDecision,
  type ServerDecision,
} from './decide.js';
import type { LinkedFile, ProjectTools } from './link.js';
import { isCommonJs } from './read.js';
import type { Rewritten } from './rewrite.js';
import { SHARED_TASK } from './tool-atlas.js';
import { manualFinding, remarkFinding, unobservedFinding } from './tool-findings.js';

export interface Report {
  readonly tools: readonly PlannedTool[];
  readonly servers: readonly PlannedServer[];
  readonly findings: readonly Finding[];
}

const UNSOUND = 'the rewritten file would not parse, or the wrong function would be wrapped';

/** The tools as listed in the plan, with notes for the user. */
export function report(project: ProjectTools, decisions: Decisions, { faulty }: Rewritten): Report {
  const files = project.files.map((file) => reportFile(file, project, decisions, faulty));
  const tools = [...files.flatMap((file) => file.tools), ...decisions.servers.flatMap(toolsOfPackage)];
  const servers = decisions.servers.map(plannedServer);
  return {
    tools,
    servers,
    findings: [...files.flatMap(({ findings }) => findings), ...unobserved(tools, servers, project.files)],
  };
}

function plannedServer({ site, file, status, reason }: ServerDecision): PlannedServer {
  const server = {
    name: ('name' in site ? site.name : undefined) ?? file.server,
    file: file.source.path,
    line: currentLine(file.reading, site.line),
    status,
  };
  return reason === undefined ? server : { ...server, reason };
}

/** The tools of a server from a package. Their calls are traced if the server is observed. */
function toolsOfPackage(decision: ServerDecision): PlannedTool[] {
  const { site, file } = decision;
  const { status, reason } = plannedServer(decision);
  if (!('bringsTools' in site) || status === 'manual') return [];
  const tool = {
    kind: 'tool',
    name: ANY_NAME,
    file: file.source.path,
    line: currentLine(file.reading, site.line),
    family: 'server of a package',
    task: SHARED_TASK,
    isShared: true,
    status: status === 'observed' ? 'traced' : status,
  } as const;
  return [reason === undefined ? tool : { ...tool, reason }];
}

/** Families whose tools are registered at a server object. */
const ON_A_SERVER = /^(?:server\.|registerAppTool|paidTool|addTool|setRequestHandler)/;

/** True if tools are registered at a server, but no server was found that can be observed. */
function unobserved(
  tools: readonly PlannedTool[],
  servers: readonly PlannedServer[],
  files: readonly LinkedFile[],
): Finding[] {
  const given = tools.find(({ family, status }) => ON_A_SERVER.test(family) && status !== 'ignored');
  const isSeen = servers.some(({ status }) => status === 'planned' || status === 'observed');
  if (!given || isSeen) return [];
  const holder = files.find(({ source }) => source.path === given.file);
  return [unobservedFinding(given, holder !== undefined && isCommonJs(holder.source))];
}

function reportFile(
  file: LinkedFile,
  project: ProjectTools,
  decisions: Decisions,
  faulty: ReadonlySet<HandlerSite>,
): Omit<Report, 'servers'> {
  const tools = decisions.sites
    .filter((decision) => decision.file === file)
    .map((decision) => markFaulty(decision, faulty))
    .filter((decision) => !isListedElsewhere(decision, project))
    .map(plannedTool);
  const named = decisions.named.filter((decision) => decision.file === file).map(namedTool);
  // A model call that no handler can reach needs no recording.
  const remarks = file.reading.remarks.filter(({ kind }) => kind !== 'model-call-unseen' || file.isServed);
  return {
    tools: [...tools, ...named],
    findings: [
      ...tools.filter(({ status }) => status === 'manual').map(manualFinding),
      ...(file.isInScope
        ? remarks.map((remark) =>
            remarkFinding(
              file.source.path,
              { ...remark, line: currentLine(file.reading, remark.line) },
              decisions.servers.some((one) => one.file === file && isOfRemark(one, remark)),
            ),
          )
        : []),
    ],
  };
}

/** True if a remark is about an observed server. */
function isOfRemark({ site, status }: ServerDecision, { kind, line }: Remark): boolean {
  const isObserved = status === 'planned' || status === 'observed';
  return kind === 'server-from-package' && isObserved && site.line === line;
}

function markFaulty(decision: Decision, faulty: ReadonlySet<HandlerSite>): Decision {
  const isFaulty = decision.status === 'planned' && faulty.has(decision.site);
  return isFaulty ? { ...decision, status: 'manual', reason: UNSOUND } : decision;
}

/** True if a shared place does not need its own line in the list. */
function isListedElsewhere({ site, status }: Decision, project: ProjectTools): boolean {
  if (!isShared(site)) return false;
  if (status !== 'manual') return project.isNamedElsewhere || site.covers.length > 0;
  const isMention = site.target.kind === 'manual' && site.target.isWeakMatch;
  return isMention === true && project.hasTraceable;
}

function plannedTool({ site, file, atlas, status, reason }: Decision): PlannedTool {
  const { task, oversight } = atlas;
  const tool = {
    kind: site.kind,
    name: labelOf(site),
    file: file.source.path,
    line: currentLine(file.reading, site.line),
    family: site.family,
    task: site.kind === 'tool' ? task : '',
    ...(isShared(site) ? { isShared: true as const } : oversight ? { oversight } : {}),
  };
  if (reason === undefined) return { ...tool, status };
  if (status !== 'manual') return { ...tool, status, reason };
  return {
    ...tool,
    status,
    reason,
    snippet: manualSnippet(file.server, site, task, isCommonJs(file.source)),
  };
}

function namedTool({
  definition,
  file,
  family,
  task,
  oversight,
  status,
  reason,
}: NamedDecision): PlannedTool {
  const { name } = definition;
  const line = currentLine(file.reading, definition.line);
  const place = { kind: 'tool', name, file: file.source.path, line, family, task } as const;
  const withOversight = oversight === undefined ? place : { ...place, oversight };
  const tool = family === 'tool definition' ? withOversight : { ...withOversight, isShared: true as const };
  return reason === undefined ? { ...tool, status } : { ...tool, status, reason };
}

/** A test for the method `tools/call`; where it is only sent, a client is at work. */
const TESTS_TOOLS_CALL =
  /(?:[=!]==?\s*|case\s+|\.(?:set|on|handle|register\w{0,100})\(\s*)(['"`])tools\/call\1|(['"`])tools\/call\2\s*(?:[=!]==?|:)/;

/** In a project without any tool found, the places that seem to carry them out are not passed over in silence. */
export function reportUnrecognised(sources: readonly CandidateFile[], server: string): Report {
  const tools = sources.flatMap((source): PlannedTool[] => {
    const at = source.text.search(TESTS_TOOLS_CALL);
    if (at === -1) return [];
    const reason = 'how `tools/call` is handled here is not recognised';
    const line = lineAt(source.text, at);
    const place = { file: source.path, line, family: 'tools/call', task: SHARED_TASK } as const;
    const tool = { kind: 'tool', name: ANY_NAME, ...place, isShared: true } as const;
    const ignored = ignoredFor(source)({ line });
    if (ignored !== undefined) return [{ ...tool, status: 'ignored', reason: ignored }];
    const target = { kind: 'manual', reason } as const;
    const site = { ...BARE_SITE, name: { kind: 'dispatched' }, line, family: 'tools/call', target } as const;
    return [
      {
        ...tool,
        status: 'manual',
        reason,
        snippet: manualSnippet(server, site, SHARED_TASK, isCommonJs(source)),
      },
    ];
  });
  return {
    tools,
    servers: [],
    findings: tools.filter(({ status }) => status === 'manual').map(manualFinding),
  };
}
