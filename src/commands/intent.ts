import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { AGENT_FILES, type AgentFile } from '../core/agent-files.js';
import { UsageError } from '../core/errors.js';
import { LAYERS, type Layer } from '../core/layers.js';
import type { ObserveRecord, RuntimeSource } from '../core/record.js';
import type { InitIntent } from '../plan/intent.js';
import { noConfig } from '../project/choose-workers.js';
import { loomFolder } from '../project/loom-folder.js';
import { existingFolder } from '../project/read-project.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { LocalTarget } from '../scaffold/local-keys.js';
import { DEFAULT_SAMPLING } from '../wrangler/sampling.js';
import type { Options } from './options.js';
import { packagesFor } from './packages.js';

/** Answers to prompts; undefined if not asked. */
export interface Answers {
  readonly layers?: readonly Layer[];
  readonly redactQueryString?: boolean;
  readonly keepDisabled?: boolean;
  readonly local?: boolean;
  readonly unignore?: boolean;
  readonly agentFiles?: readonly AgentFile[];
  readonly server?: string;
}

/** A value for each project that is computed once, on its first use. */
export function perProject<T>(make: (project: ProjectSnapshot) => T): (project: ProjectSnapshot) => T {
  const made = new WeakMap<ProjectSnapshot, { readonly value: T }>();
  return (project) => {
    const known = made.get(project) ?? { value: make(project) };
    made.set(project, known);
    return known.value;
  };
}

/** The chosen plan for each project. */
export function intentsOf(
  options: Options,
  version: string,
  answers: Answers = {},
): (project: ProjectSnapshot) => InitIntent {
  return perProject((project) => resolveIntent(options, project, version, answers));
}

/** The choices: from flags or answers, else from an earlier `init`, else defaults. */
function resolveIntent(
  options: Options,
  project: ProjectSnapshot,
  version: string,
  answers: Answers,
): InitIntent {
  const { record } = project;
  const layers = options.layers ?? answers.layers ?? record?.layers ?? LAYERS;
  if (!project.config && layers.includes('cloudflare')) throw noConfig(project.dir, project.disk);
  const runtime = chooseRuntime(options, project, record);
  const asked = agentFilesAsked(options, answers, layers);
  return {
    layers,
    sampling: options.sampling ?? record?.sampling ?? DEFAULT_SAMPLING,
    samplingAsked: options.sampling !== undefined,
    destinations: [...new Set([...(record?.destinations ?? []), ...options.destinations])],
    server: answers.server ?? options.server ?? record?.server,
    redactQueryString:
      options.redactQueryString ?? answers.redactQueryString ?? record?.redactQueryString ?? false,
    keepDisabled: options.keepDisabled ?? answers.keepDisabled ?? record?.keepDisabled ?? false,
    nodejsCompat: options.nodejsCompat,
    local: localTarget(options.local ?? answers.local),
    runtime,
    ci: options.ci,
    loomFolder: loomFolder(
      project,
      options.loomDir === undefined
        ? undefined
        : existingFolder(resolve(options.dir, options.loomDir), project.disk),
    ),
    agentFiles: AGENT_FILES.filter((name) => asked.includes(name) || record?.agentFiles?.includes(name)),
    agentFilesAsked: asked,
    ...packagesFor(runtime, options.packages, project, version),
    needsSqlite: !isBuiltin('node:sqlite'),
    tasks: new Map(),
    oversight: new Map(),
    includeUnreachable: options.allFiles,
    shared: options.shared,
    unignore: options.unignore ?? answers.unignore ?? false,
    registrars: [...new Set([...(record?.registrars ?? []), ...options.registrars])].sort(),
  };
}

/** @throws UsageError if the user asks for agent files without Loom */
function agentFilesAsked(
  { agentFiles }: Options,
  answers: Answers,
  layers: readonly Layer[],
): readonly AgentFile[] {
  if (layers.includes('loom')) return agentFiles ?? answers.agentFiles ?? [];
  if (agentFiles === undefined || agentFiles.length === 0) return [];
  throw new UsageError(
    '--agent-files writes instructions for lm, which needs the layer loom.',
    'Add loom to --layers, or remove --agent-files.',
  );
}

function localTarget(local: boolean | undefined): LocalTarget {
  if (local === undefined) return undefined;
  return local ? 'here' : 'not here';
}

function chooseRuntime(
  options: Options,
  project: ProjectSnapshot,
  record: ObserveRecord | undefined,
): RuntimeSource {
  if (options.runtime) return options.runtime;
  if (options.packages !== undefined) return 'packages';
  if (record) return record.runtime;
  return project.workspaceRuntime ? 'workspace' : 'registry';
}
