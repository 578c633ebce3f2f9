import { type Finding, finding } from '../core/findings.js';
import { about, type Change, modify, type Plan } from '../core/plan.js';
import { RECORD_FILE } from '../core/record.js';
import type { Assets } from '../project/assets.js';
import type { Neighbour, ProjectSnapshot } from '../project/snapshot.js';
import type { CandidateFile } from '../project/source-files.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import { planScaffold } from '../scaffold/plan-scaffold.js';
import { candidatesWith } from '../tools/candidate.js';
import type { WranglerDocument } from '../wrangler/document.js';
import { type ConfigIntent, planConfig } from '../wrangler/plan-config.js';
import { spanVolumeNote } from '../wrangler/span-volume.js';
import { notInClone } from './clone.js';
import { withExceptions } from './exceptions.js';
import type { InitIntent } from './intent.js';
import { withLayout } from './layouts.js';
import { noTools } from './no-tools.js';
import { planOneLoom } from './one-loom.js';
import { planRecord } from './record-changes.js';
import { sharedFindings, withoutPublished, withReasons } from './shared-code.js';
import type { ToolsIntent, ToolsPlan } from './tools/plan-tools.js';
import { unusedRegistrarFinding } from './tools/tool-findings.js';
import { toolsWithoutMetadata } from './tools-without-metadata.js';

interface Proposal {
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
}

const NOTHING: Proposal = { changes: [], findings: [] };

/** The planning of layer 2, which needs the parser. */
export type ToolPlanner = (sources: readonly CandidateFile[], intent: ToolsIntent) => ToolsPlan;

/**
 * The whole change that sets up one Worker, as data. It reads only the given snapshot and writes nothing.
 * @param planner undefined if `wantsToolPlanner` finds nothing to parse
 */
export function planInit(
  project: ProjectSnapshot,
  assets: Assets,
  intent: InitIntent,
  planner: ToolPlanner | undefined,
  neighbours: () => readonly Neighbour[] = () => [],
): Plan {
  const recordText = project.text(RECORD_FILE);
  const { record } = project;
  const tools = planToolsOf(project, intent, planner);
  const config = planConfigs(project, intent);
  const absent = intent.layers.includes('langfuse') ? noTools(project, tools.tools) : [];
  const traced = [
    ...tools.changes.map((change) => change.path),
    ...project.sources.filter((source) => source.reachable && isTraced(source)).map((source) => source.path),
  ];
  const loom = intent.layers.includes('loom') ? planOneLoom(project, intent.loomFolder) : NOTHING;
  const scaffold = planScaffold(project, assets, intent, { record, traced });
  const planned = [...config.changes, ...about('source', tools.changes), ...scaffold.changes, ...loom.changes]
    .filter(({ path }) => !intent.skipFiles?.has(path))
    .flatMap((change) => withLayout(change, intent.layouts));
  const excepted = intent.unignore ? withExceptions(project, planned) : undefined;
  const changes = excepted?.changes ?? planned;
  return {
    workers: [
      {
        dir: '.',
        name: project.name,
        config: project.config && { path: project.config.path, format: project.config.format },
        tools: tools.tools,
        servers: tools.servers,
      },
    ],
    findings: [
      ...project.notes,
      ...config.findings,
      ...tools.findings,
      ...(intent.layers.includes('langfuse') ? toolsWithoutMetadata(project, tools.tools) : []),
      ...absent,
      ...notInClone(project, changes, excepted?.isExcepted),
      ...sharedFindings(project, changes),
      ...tools.unusedRegistrars.map((name) => unusedRegistrarFinding(name, recordText)),
      ...scaffold.findings,
      ...loom.findings,
    ],
    changes: [
      ...changes,
      ...planRecord(
        { record, text: recordText, configPath: project.config?.path, ...tools, neighbours },
        changes,
        intent,
      ),
    ],
  };
}

/** The config, and the committed template of a git-ignored config. */
function planConfigs(project: ProjectSnapshot, intent: InitIntent): Proposal {
  if (!project.config) return { changes: [], findings: [] };
  const wanted = configIntent(project, intent);
  const { edits, findings } = planConfig(project.config, wanted);
  const changes = modify(project.config.path, project.config.text, edits);
  const { configExample: example } = project;
  const template = example ? modify(example.path, example.text, planConfig(example, wanted).edits) : [];
  return {
    changes: about('config', [...changes, ...template]),
    findings: [
      ...findings,
      ...unknownRedaction(project, intent),
      ...(changes.length > 0 ? costNote(project, project.config, intent) : []),
    ],
  };
}

function configIntent(project: ProjectSnapshot, intent: InitIntent): ConfigIntent {
  return {
    ...intent,
    keepDisabled: intent.keepDisabled || intent.unattended === true,
    redactQueryString: intent.redactQueryString && supportsRedaction(project),
    observability: intent.layers.includes('cloudflare'),
    secrets: intent.layers.includes('langfuse'),
  };
}

/** Without Wrangler, its version is unknown. Then the flag decides. */
function supportsRedaction(project: ProjectSnapshot): boolean {
  return project.knownKeys?.includes('redact_query_string') !== false;
}

function unknownRedaction(project: ProjectSnapshot, intent: InitIntent): Finding[] {
  if (!project.config || !intent.redactQueryString || supportsRedaction(project)) return [];
  return [
    finding({
      rule: 'wrangler/redaction-unknown',
      file: project.config.path,
      line: 1,
      message: 'Your Wrangler does not support redact_query_string, so init did not add it.',
      fix: 'Update Wrangler, then run init --redact-query-string again.',
    }),
  ];
}

/** Reports the cost of tracing an McpAgent if traces are enabled. */
function costNote(project: ProjectSnapshot, config: WranglerDocument, intent: InitIntent): Finding[] {
  if (!intent.layers.includes('cloudflare')) return [];
  if (!project.sources.some(({ text }) => /\bextends\s+McpAgent\b/.test(text))) return [];
  return [spanVolumeNote(config, 'McpAgent', intent.sampling)];
}

function isTraced({ text }: { readonly text: string }): boolean {
  return text.includes(OBSERVABILITY_PACKAGE);
}

/** The compiler takes a quarter of a second to load, so it is loaded only for a project with candidates. */
export function wantsToolPlanner(project: ProjectSnapshot, intent: InitIntent): boolean {
  return intent.layers.includes('langfuse') && sourcesFor(project, intent).length > 0;
}

/** Registrars named by the user may be in files that the filter skips. */
function sourcesFor(project: ProjectSnapshot, { registrars }: InitIntent) {
  return registrars.length === 0 ? project.sources : project.sourcesWith(candidatesWith(registrars));
}

function planToolsOf(project: ProjectSnapshot, intent: InitIntent, planner: ToolPlanner | undefined) {
  const { registrars } = intent;
  const none = { tools: [], servers: [], changes: [], findings: [] };
  if (!intent.layers.includes('langfuse')) return { ...none, unusedRegistrars: [] };
  if (planner === undefined) return { ...none, unusedRegistrars: registrars };
  const sources = withoutPublished(sourcesFor(project, intent), project, intent.shared === true);
  const plan = planner(sources, {
    fallbackName: project.name,
    ownerOf: (path) => project.sharedCode(path)?.name,
    widthOf: project.widthOf,
    aiBinding: project.aiBinding,
    registrars,
    tasks: intent.tasks,
    oversight: intent.oversight,
    ...(intent.leftOut ? { leftOut: intent.leftOut } : {}),
    includeUnreachable: intent.includeUnreachable,
    modules: project,
  });
  return { ...plan, tools: withReasons(plan.tools, project) };
}
