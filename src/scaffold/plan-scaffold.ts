import { posix } from 'node:path';
import { splice } from '../core/edits.js';
import type { Finding } from '../core/findings.js';
import type { Layer } from '../core/layers.js';
import { about, type Change, modify, type Purpose } from '../core/plan.js';
import type { ObserveRecord, RuntimeSource } from '../core/record.js';
import type { Assets } from '../project/assets.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { type AgentFilesIntent, planAgentFiles } from './agent-files.js';
import { planCi } from './ci-files.js';
import type { CiService } from './ci-services.js';
import { addLines } from './ignore-file.js';
import { LANGFUSE_KEYS } from './langfuse-keys.js';
import { type LocalTarget, planKeysExample, planLocalKeys } from './local-keys.js';
import { loomFiles } from './loom-files.js';
import {
  EMPTY_PACKAGE_JSON,
  names,
  OBSERVE_PACKAGE,
  type PackageJsonIntent,
  type PackageSpecs,
  planDependency,
  planLoom,
  planPackageJson,
} from './package-json.js';
import { planFiles } from './plan-files.js';
import { render } from './render.js';
import { vendoredRuntime } from './vendored-runtime.js';

export interface ScaffoldIntent extends AgentFilesIntent {
  readonly layers: readonly Layer[];
  readonly runtime: RuntimeSource;
  readonly local: LocalTarget;
  /** The CI service to write a job for. The record does not keep it, so users may change the job freely. */
  readonly ci?: CiService | undefined;
  /** The dependency specs for a package.json, by its path, because `file:` specs are relative to it. */
  specsFor(packageJson: string): PackageSpecs;
  /** Copies of tarballs from outside the repository, by path. They have one character for each byte. */
  readonly tarballs: Readonly<Record<string, string>>;
  /** True if this Node has no built-in SQLite. Then a project with Loom gets a package for it. */
  readonly needsSqlite: boolean;
}

/**
 * Plans everything except the config and the tools: files, dependencies, ignore lines, places for keys.
 * @param traced paths of the sources that import the runtime after the plan is applied
 */
export function planScaffold(
  project: ProjectSnapshot,
  assets: Assets,
  intent: ScaffoldIntent,
  given: { record: ObserveRecord | undefined; traced: readonly string[] },
): { changes: Change[]; findings: Finding[] } {
  const hasKeys = intent.layers.includes('langfuse') && project.config !== null;
  const ci = planCi(project, assets, { ci: intent.ci, hasCommand: hasCommand(project, intent) });
  const isVendored = intent.layers.includes('langfuse') && intent.runtime === 'vendor';
  const wanted: Readonly<Partial<Record<Purpose, Readonly<Record<string, string>>>>> = {
    file: ci.files,
    vendor: { ...(isVendored ? vendoredRuntime(assets) : {}), ...tarballsFor(intent) },
    loom: intent.layers.includes('loom') ? loomFiles(assets, intent.loomFolder) : {},
  };
  const files = Object.entries(wanted).map(([purpose, texts]) => {
    const { changes, findings } = planFiles(texts, project.text, given.record);
    return { changes: about(purpose as Purpose, changes), findings };
  });
  const keys = hasKeys
    ? planLocalKeys(project.localVars, keysBlock(assets), intent.local)
    : { changes: [], findings: [] };
  const agents = intent.layers.includes('loom')
    ? planAgentFiles(project, assets, intent, {
        record: given.record,
        isLoomInstalled: intent.specsFor('package.json').loom !== undefined,
      })
    : { changes: [], findings: [] };
  const places = hasKeys
    ? [...planKeysExample(project.localVars, keysExample(assets)), ...planIgnoreFile(project)]
    : [];
  return {
    changes: [
      ...files.flatMap(({ changes }) => changes),
      ...about('dependency', planDependencies(project, intent, given.traced)),
      ...about('file', places),
      ...keys.changes,
      ...about('agents', agents.changes),
    ],
    findings: [
      ...files.flatMap(({ findings }) => findings),
      ...keys.findings,
      ...ci.findings,
      ...agents.findings,
    ],
  };
}

function tarballsFor({ layers, ci, tarballs }: ScaffoldIntent): Readonly<Record<string, string>> {
  return ci !== undefined || layers.some((layer) => layer !== 'cloudflare') ? tarballs : {};
}

/** True if the project has the command line after the plan is applied. */
function hasCommand(project: ProjectSnapshot, intent: ScaffoldIntent): boolean {
  const path = project.packageJson ?? 'package.json';
  return intent.specsFor(path).observe !== undefined || names(project.text(path) ?? '', OBSERVE_PACKAGE);
}

function keysExample(assets: Assets): string {
  return render(assets.template('worker/dev.vars.example.hbs'), { keys: LANGFUSE_KEYS });
}

/** The lines for keys in a new `.dev.vars`, without values. */
export function keysBlock(assets: Assets): string {
  return render(assets.template('worker/dev.vars.hbs'), { keys: LANGFUSE_KEYS });
}

/**
 * The project's own package.json, and that of each package of the repository whose sources import the
 * runtime: with pnpm and yarn, a package only finds its own dependencies.
 */
function planDependencies(
  project: ProjectSnapshot,
  intent: ScaffoldIntent,
  traced: readonly string[],
): Change[] {
  // Cloudflare's own traces need no package; a CI job needs the command line.
  if (intent.ci === undefined && !intent.layers.some((layer) => layer !== 'cloudflare')) return [];
  const path = project.packageJson ?? 'package.json';
  const text = project.text(path);
  const loomHome = loomManifest(project, intent, path);
  const own =
    text === undefined
      ? [createdPackageJson(path, intent, loomHome === path)]
      : modify(path, text, planPackageJson(text, wantedIn(path, intent, loomHome === path)));
  const sources = intent.layers.includes('langfuse') ? traced : [];
  const others = new Set(sources.map((source) => project.packageJsonOf(source) ?? path));
  const homes = new Set([...others, loomHome]);
  homes.delete(path);
  const further = [...homes].sort().flatMap((other) => {
    const before = project.text(other) ?? '';
    const specs = intent.specsFor(other);
    const runtime = others.has(other) ? planDependency(before, specs) : [];
    return modify(other, before, [
      ...runtime,
      ...(other === loomHome ? planLoom(before, specs, intent.needsSqlite) : []),
    ]);
  });
  return [...own, ...further];
}

/**
 * The package.json whose dependencies a script in Loom's folder finds. With pnpm and Yarn, it finds no
 * others.
 */
function loomManifest(project: ProjectSnapshot, intent: ScaffoldIntent, own: string): string {
  const isElsewhere = intent.layers.includes('loom') && intent.loomFolder.startsWith('../');
  return (isElsewhere ? project.packageJsonOf(`${intent.loomFolder}/sync.mjs`) : undefined) ?? own;
}

function wantedIn(path: string, intent: ScaffoldIntent, isLoomHome: boolean): PackageJsonIntent {
  const sync = posix.join(posix.relative(posix.dirname(path), intent.loomFolder), 'sync.mjs');
  const { layers, needsSqlite } = intent;
  return { layers, specs: intent.specsFor(path), sync, isLoomHome, needsSqlite };
}

function createdPackageJson(path: string, intent: ScaffoldIntent, isLoomHome: boolean): Change {
  const edits = planPackageJson(EMPTY_PACKAGE_JSON, wantedIn(path, intent, isLoomHome));
  return { action: 'create', path, text: splice(EMPTY_PACKAGE_JSON, edits) };
}

/** Keys belong in `.dev.vars`, and `.dev.vars` must not be committed. */
function planIgnoreFile(project: ProjectSnapshot): Change[] {
  if (project.localVars.devVarsIgnored) return [];
  const text = project.text('.gitignore');
  const edits = addLines(text ?? '', ['.dev.vars*', '!.dev.vars.example']);
  if (text === undefined) return [{ action: 'create', path: '.gitignore', text: splice('', edits) }];
  return modify('.gitignore', text, edits);
}
