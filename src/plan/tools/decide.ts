import { ignoreComments, ignoreReason, SERVER_RULES, TOOL_RULES } from '../../core/ignore-comments.js';
import {
  NOT_IMPORTED,
  ONLY_INSIDE,
  type PlannedServer,
  type PlannedTool,
  UNUSED_CLASS,
} from '../../core/plan.js';
import type { RuleId } from '../../core/rules.js';
import type { CandidateFile } from '../../project/source-files.js';
import { usesTaskTable } from '../../rewrite/task-table.js';
import {
  type HandlerSite,
  labelOf,
  type MessageSite,
  type ServerSite,
  type ToolDefinition,
} from '../../tools/site.js';
import { isInUnusedClass } from '../../tools/syntax/unused-class.js';
import type { LinkedFile, ProjectTools } from './link.js';
import { isCommonJs, type ReadFile } from './read.js';
import { type Atlas, atlasOf, atlasOfDefinition, type Chosen, SHARED_TASK } from './tool-atlas.js';

/** The decision for one site, with its reason. */
export interface Decision {
  readonly site: HandlerSite;
  readonly file: LinkedFile;
  readonly atlas: Atlas;
  readonly status: PlannedTool['status'];
  /** Only for `manual` and `ignored`. */
  readonly reason?: string;
}

/** The decision for a tool that is named in one place and traced in a shared one. */
export interface NamedDecision {
  readonly definition: ToolDefinition;
  readonly file: LinkedFile;
  readonly family: HandlerSite['family'];
  readonly task: string;
  /** If a person should review calls. */
  readonly oversight?: string;
  readonly status: 'planned' | 'traced' | 'ignored';
  readonly reason?: string;
}

/** The decision for a server, with its reason. */
export interface ServerDecision {
  readonly site: ServerSite | MessageSite;
  readonly file: LinkedFile;
  readonly status: PlannedServer['status'];
  /** Only for `manual` and `ignored`. */
  readonly reason?: string;
}

export interface Decisions {
  readonly servers: readonly ServerDecision[];
  readonly sites: readonly Decision[];
  readonly named: readonly NamedDecision[];
}

const COMMON_JS = 'the file is CommonJS, and an import would make it a module';

/** Which sites are traced now, are traced already, need manual tracing, or are ignored. */
export function decide(project: ProjectTools, chosen: Chosen): Decisions {
  return {
    servers: project.files.flatMap((file) =>
      [...file.reading.servers, ...messagesOf(file, project)].map((site) => decideServer(site, file)),
    ),
    sites: project.files.flatMap((file) => {
      const ignored = ignoredFor(asRead(file));
      return file.sites.map((site) => decideSite(site, file, ignored(site), chosen));
    }),
    named: [...decideNamed(project, chosen), ...decideInner(project)],
  };
}

function decideSite(
  site: HandlerSite,
  file: LinkedFile,
  ignored: string | undefined,
  chosen: Chosen,
): Decision {
  const decision = { site, file, atlas: atlasOf(site, file.source.path, chosen) };
  if (site.trace !== 'none') return { ...decision, status: 'traced' };
  if (!file.isInScope) return { ...decision, status: 'ignored', reason: NOT_IMPORTED };
  if (ignored !== undefined) return { ...decision, status: 'ignored', reason: ignored };
  if (isInUnusedClass(file.reading.original, site.line))
    return { ...decision, status: 'ignored', reason: UNUSED_CLASS };
  if (chosen.leftOut?.has(`${file.source.path}:${labelOf(site)}`)) {
    return { ...decision, status: 'ignored', reason: 'you skipped it' };
  }
  const { target } = site;
  if (target.kind === 'manual') return { ...decision, status: 'manual', reason: target.reason };
  if (isCommonJs(file.source)) return { ...decision, status: 'manual', reason: COMMON_JS };
  return { ...decision, status: 'planned' };
}

/**
 * Message handlers in a project that answers `tools/call` itself. If a library's server answers it, a traced
 * function in front would record each request twice.
 */
function messagesOf(file: LinkedFile, { files }: ProjectTools): MessageSite[] {
  if (files.some(({ isInScope, reading }) => isInScope && reading.servers.length > 0)) return [];
  return file.reading.messages.filter(({ target, isObserved }) => {
    const places = file.sites.flatMap((site) =>
      site.family === 'tools/call' && site.target.kind !== 'manual' ? [site.target.body] : [],
    );
    const { start, end } = target.body;
    const holds = places.some((one) => start < one.start && one.end <= end);
    return isObserved === true || (holds && !places.some((one) => one.start === start));
  });
}

function decideServer(site: ServerSite | MessageSite, file: LinkedFile): ServerDecision {
  const decision = { site, file };
  if (site.isObserved) return { ...decision, status: 'observed' };
  if (!file.isInScope) return { ...decision, status: 'ignored', reason: NOT_IMPORTED };
  const ignored = ignoredFor(asRead(file), SERVER_RULES)(site);
  if (ignored !== undefined) return { ...decision, status: 'ignored', reason: ignored };
  if (isInUnusedClass(file.reading.original, site.line))
    return { ...decision, status: 'ignored', reason: UNUSED_CLASS };
  if (isCommonJs(file.source)) return { ...decision, status: 'manual', reason: COMMON_JS };
  return { ...decision, status: 'planned' };
}

function decideNamed({ files, shared }: ProjectTools, chosen: Chosen): NamedDecision[] {
  if (!shared) return [];
  const { site } = shared;
  const isTraced = site.trace !== 'none';
  const usesTable = usesTaskTable(shared.reading, site);
  const ignored = isTraced ? undefined : ignoredFor(asRead(shared))(site);
  return files.flatMap((file) =>
    file.definitions.map((definition) => {
      const { task, oversight } = usesTable
        ? atlasOfDefinition(definition, file.source.path, chosen)
        : { task: SHARED_TASK, oversight: undefined };
      const metadata = oversight === undefined ? { task } : { task, oversight };
      const decision = { definition, file, family: site.family, ...metadata };
      const reason = file.isInScope ? ignored : NOT_IMPORTED;
      if (reason !== undefined) return { ...decision, status: 'ignored', reason } as const;
      return { ...decision, status: isTraced ? 'traced' : 'planned' } as const;
    }),
  );
}

/** Lists functions that only a tool calls as ignored, with the reason. */
function decideInner({ files, outerTool }: ProjectTools): NamedDecision[] {
  const tool = outerTool === undefined ? 'a tool of the server' : `the tool "${outerTool}"`;
  const reason = `${ONLY_INSIDE}${tool} calls it, and no client`;
  return files.flatMap((file) =>
    file.inner.map((definition) => ({
      definition,
      file,
      family: 'tool definition' as const,
      task: SHARED_TASK,
      status: 'ignored' as const,
      reason: file.isInScope ? reason : NOT_IMPORTED,
    })),
  );
}

/** Lines of sites refer to the text without `init`'s changes. */
function asRead({ source, reading }: ReadFile): Pick<CandidateFile, 'path' | 'text'> {
  return { path: source.path, text: reading.original.text };
}

/** The reason of an ignore comment at a site. */
export function ignoredFor(
  { path, text }: Pick<CandidateFile, 'path' | 'text'>,
  rules: readonly RuleId[] = TOOL_RULES,
): (site: { readonly line: number }) => string | undefined {
  const comments = ignoreComments(path, text);
  return (site) => ignoreReason(comments, rules, site.line);
}
