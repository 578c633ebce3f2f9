import { dirname, join, relative, resolve, sep } from 'node:path';
import { NoConfigError } from '../errors.js';
import { LAYERS } from '../plan.js';
import type { InitIntent } from '../plan-init.js';
import type { Project } from '../project/project.js';
import { findTarball } from '../project/tarballs.js';
import { type ObserveRecord, RECORD_FILE, type RuntimeSource, readRecord } from '../record.js';
import type { PackageSpecs } from '../scaffold/package-json.js';
import { VENDOR_FOLDER } from '../scaffold/vendored-runtime.js';
import type { Options } from './options.js';

/** Cloudflare's own default for traced requests, and the share that a busy Worker can afford. */
export const DEFAULT_SAMPLING = 0.1;

/** What to do, from what was asked, else from an earlier `init`, else by default. */
export function resolveIntent(options: Options, project: Project, version: string): InitIntent {
  const record = earlierRecord(project);
  const layers = options.layers ?? record?.layers ?? LAYERS;
  if (!project.config && layers.includes('cloudflare')) throw noConfig(project.dir);
  const runtime = chooseRuntime(options, project, record);
  return {
    layers,
    sampling: options.sampling ?? record?.sampling ?? DEFAULT_SAMPLING,
    runtime,
    specs: specsFor(runtime, options, project, version),
    tasks: new Map(),
    includeUnreachable: options.allFiles,
  };
}

export function earlierRecord(project: Project): ObserveRecord | undefined {
  const text = project.text(RECORD_FILE);
  return text === undefined ? undefined : readRecord(text);
}

function noConfig(dir: string): NoConfigError {
  return new NoConfigError(
    `There is no wrangler.jsonc, wrangler.json or wrangler.toml in ${dir} or above it.`,
    'Run this in your Worker’s folder. For an MCP server that is no Worker: --layers langfuse,loom',
  );
}

function chooseRuntime(options: Options, project: Project, record: ObserveRecord | undefined): RuntimeSource {
  if (options.runtime) return options.runtime;
  if (options.packages !== undefined) return 'packages';
  if (record) return record.runtime;
  return project.workspaceRuntime ? 'workspace' : 'registry';
}

function specsFor(runtime: RuntimeSource, options: Options, project: Project, version: string): PackageSpecs {
  const published = `^${version}`;
  switch (runtime) {
    case 'registry':
      return { observability: published, loom: published };
    case 'workspace': {
      const spec = project.packageManager.name === 'npm' ? '*' : 'workspace:*';
      return { observability: spec, loom: spec };
    }
    case 'vendor':
      return { observability: fileSpec(project, join(project.dir, VENDOR_FOLDER)), loom: published };
    case 'packages':
      // Without the folder, what package.json says already is kept.
      if (options.packages === undefined) return { observability: published, loom: published };
      return {
        observability: fileSpec(project, findTarball(options.packages, 'create-something-observability')),
        loom: fileSpec(project, findTarball(options.packages, 'create-something-loom')),
      };
  }
}

function fileSpec(project: Project, target: string): string {
  const from = dirname(resolve(project.dir, project.packageJson ?? 'package.json'));
  return `file:${relative(from, target).split(sep).join('/')}`;
}
