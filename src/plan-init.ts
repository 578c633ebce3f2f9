import { splice } from './edits.js';
import type { Finding } from './findings.js';
import { type Change, LAYERS, type Layer, type Plan, type PlannedTool } from './plan.js';
import type { Assets } from './project/assets.js';
import type { Project } from './project/project.js';
import {
  type FileRecord,
  hashOf,
  type ObserveRecord,
  RECORD_FILE,
  RECORD_VERSION,
  type RuntimeSource,
  readRecord,
  recordEdits,
  writeRecord,
} from './record.js';
import { addLines } from './scaffold/ignore-file.js';
import { LANGFUSE_KEYS } from './scaffold/langfuse-keys.js';
import { loomFiles } from './scaffold/loom-files.js';
import { EMPTY_PACKAGE_JSON, type PackageSpecs, planPackageJson } from './scaffold/package-json.js';
import { planFiles } from './scaffold/plan-files.js';
import { render } from './scaffold/render.js';
import { vendoredRuntime } from './scaffold/vendored-runtime.js';
import { planObservability } from './wrangler/plan-observability.js';

/** What the person asked for; what they did not say comes from an earlier `init`, then from defaults. */
export interface InitIntent {
  readonly layers: readonly Layer[];
  readonly sampling: number;
  readonly runtime: RuntimeSource;
  readonly specs: PackageSpecs;
  /** Task types chosen by a person, by `file:name`. */
  readonly tasks: ReadonlyMap<string, string>;
  readonly includeUnreachable: boolean;
}

interface Proposal {
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
}

/** The whole change that sets a project up, as data. Nothing is read but the project given, nothing written. */
export async function planInit(project: Project, assets: Assets, intent: InitIntent): Promise<Plan> {
  const recordText = project.text(RECORD_FILE);
  const record = recordText === undefined ? undefined : readRecord(recordText);
  const tools = await planToolsLazily(project, intent);
  const proposals: Proposal[] = [
    { changes: [], findings: project.configFindings },
    planCloudflare(project, intent),
    tools,
    planScaffold(project, assets, intent, record),
  ];
  const changes = proposals.flatMap((proposal) => proposal.changes);
  const findings = proposals.flatMap((proposal) => proposal.findings);
  return {
    workers: [
      {
        dir: '.',
        name: project.name,
        config: project.config && { path: project.config.path, format: project.config.format },
        tools: tools.tools,
      },
    ],
    findings,
    changes: [...changes, ...recordChange(record, recordText, changes, intent, tools.tools)],
  };
}

function planCloudflare(project: Project, intent: InitIntent): Proposal {
  if (!project.config || !intent.layers.includes('cloudflare')) return { changes: [], findings: [] };
  const { edits, findings } = planObservability(project.config, { sampling: intent.sampling });
  return { changes: modify(project.config.path, project.config.text, edits), findings };
}

/** The compiler takes a quarter of a second to load: only a project with candidates pays it. */
async function planToolsLazily(project: Project, intent: InitIntent) {
  if (!intent.layers.includes('langfuse') || project.sources.length === 0) {
    return { tools: [], changes: [], findings: [] };
  }
  const { planTools } = await import('./plan-tools.js');
  return planTools(project.sources, {
    fallbackName: project.name,
    aiBinding: project.aiBinding,
    tasks: intent.tasks,
    includeUnreachable: intent.includeUnreachable,
  });
}

function planScaffold(
  project: Project,
  assets: Assets,
  intent: InitIntent,
  record: ObserveRecord | undefined,
): Proposal {
  const hasLangfuse = intent.layers.includes('langfuse');
  const wanted: Record<string, string> = {
    ...(hasLangfuse && project.config ? devVarsExample(assets) : {}),
    ...(hasLangfuse && intent.runtime === 'vendor' ? vendoredRuntime(assets) : {}),
    ...(intent.layers.includes('loom') ? loomFiles(assets) : {}),
  };
  const files = planFiles(wanted, project.text, record);
  return {
    changes: [
      ...files.changes,
      ...planDependencies(project, intent),
      ...planIgnoreFile(project, hasLangfuse),
    ],
    findings: files.findings,
  };
}

function devVarsExample(assets: Assets): Record<string, string> {
  return {
    '.dev.vars.example': render(assets.template('worker/dev.vars.example.hbs'), { keys: LANGFUSE_KEYS }),
  };
}

function planDependencies(project: Project, intent: InitIntent): Change[] {
  if (!intent.layers.some((layer) => layer !== 'cloudflare')) return [];
  const path = project.packageJson ?? 'package.json';
  const text = project.text(path);
  if (text === undefined) {
    const edits = planPackageJson(EMPTY_PACKAGE_JSON, intent.layers, intent.specs);
    return [{ action: 'create', path, text: splice(EMPTY_PACKAGE_JSON, edits) }];
  }
  return modify(path, text, planPackageJson(text, intent.layers, intent.specs));
}

/** Keys belong in `.dev.vars`, and `.dev.vars` out of version control. */
function planIgnoreFile(project: Project, hasLangfuse: boolean): Change[] {
  if (!hasLangfuse || !project.config || project.devVarsIgnored) return [];
  const text = project.text('.gitignore');
  const edits = addLines(text ?? '', ['.dev.vars*', '!.dev.vars.example']);
  if (text === undefined) return [{ action: 'create', path: '.gitignore', text: splice('', edits) }];
  return modify('.gitignore', text, edits);
}

function modify(path: string, before: string, edits: Parameters<typeof splice>[1]): Change[] {
  return edits.length > 0 ? [{ action: 'modify', path, before, edits }] : [];
}

/** The record is written when something else is: a second `init` changes nothing. */
function recordChange(
  record: ObserveRecord | undefined,
  recordText: string | undefined,
  changes: readonly Change[],
  intent: InitIntent,
  tools: readonly PlannedTool[],
): Change[] {
  if (changes.length === 0 && record) return [];
  const sources = new Set(tools.map((tool) => tool.file));
  const files: Record<string, FileRecord> = { ...record?.files };
  for (const change of changes) {
    if (sources.has(change.path)) continue;
    if (change.action === 'create') files[change.path] = { hash: hashOf(change.text), created: true };
    if (change.action === 'modify') {
      files[change.path] = recordEdits(files[change.path], change.before, change.edits);
    }
  }
  const own = record ? record.own : ownTraces(tools);
  const next: ObserveRecord = {
    version: RECORD_VERSION,
    layers: LAYERS.filter((layer) => intent.layers.includes(layer) || record?.layers.includes(layer)),
    runtime: intent.runtime,
    sampling: intent.sampling,
    files: Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(own ? { own } : {}),
  };
  const text = writeRecord(next);
  if (recordText === undefined) return [{ action: 'create', path: RECORD_FILE, text }];
  if (recordText === text) return [];
  return modify(RECORD_FILE, recordText, [{ start: 0, end: recordText.length, text }]);
}

/** Traces that were in the sources before the first `init`: `remove` leaves them. */
function ownTraces(tools: readonly PlannedTool[]): Record<string, string[]> | undefined {
  const own: Record<string, string[]> = {};
  for (const tool of tools) {
    if (tool.status === 'traced') own[tool.file] = [...(own[tool.file] ?? []), tool.name];
  }
  return Object.keys(own).length > 0 ? own : undefined;
}
