import { type Finding, finding, lineAt } from '../core/findings.js';
import { NOT_IMPORTED, type PlannedTool, UNUSED_CLASS } from '../core/plan.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { CandidateFile } from '../project/source-files.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';
import { bringsNoTools, isAboutMcp, isMcpPackage, isOwnModule } from '../tools/mcp-packages.js';
import { ASK_FOR_SHARED } from './shared-code.js';

/** A sign of an MCP server, and its place. */
interface Sign {
  readonly what: string;
  readonly file: string;
  readonly line: number;
}

/**
 * A statement that loads a module. Type imports load nothing. The pattern is bounded, because a file may have
 * any content.
 */
const LOADS =
  /^[ \t]*(?:import|export)\b(?!\s+type\b)([^;'"`]{0,2000}?)\bfrom\s*['"]([^'"\n]{1,300})['"]|\b(?:import|require)\s*\(\s*['"]([^'"\n]{1,300})['"]/gm;

/** Parts of those packages that only an MCP client needs, or that contain types. */
const IS_NO_SERVER =
  /^@modelcontextprotocol\/(?:client|inspector|ext-|sdk\/(?:client|types|shared|inMemory))|^agents\/mcp\/(?:client|x402|do-oauth)/;

/** Packages that servers depend on; imports in sources are checked too. */
const SERVER_DEPENDENCY =
  /"(@modelcontextprotocol\/(?:sdk|server)|mcp-handler|@vercel\/mcp-adapter|@hono\/mcp|mcp-lite|fastmcp|tmcp|workers-mcp|xmcp|muppet)"\s*:\s*"/;

const SERVER_OBJECT = /\bnew\s+((?:Mcp|MCP)Server|FastMCP)\b|\bextends\s+(McpAgent)\b/g;
const SERVER_CALL = /\b((?:experimental_)?createMcpHandler|McpAgent\.serve|\w{1,100}\.serve(?:SSE)?)\s*\(/g;

/**
 * A finding for an MCP server without a traced tool, so that init never reports success. Tools that need
 * manual tracing or have an ignore comment have their own findings.
 */
export function noTools(project: ProjectSnapshot, tools: readonly PlannedTool[]): Finding[] {
  if (!tools.every(isSkipped)) return [];
  const signs = signsOf(project);
  const [first] = signs;
  if (first === undefined) return [];
  const seen = signs.slice(0, 5).map(({ what, file, line }) => `${what} (${file}:${line})`);
  return [
    finding({
      rule: 'langfuse/no-tools',
      file: first.file,
      line: first.line,
      message: `No tool was found in this MCP server, so no call would be traced. Looked in ${place(project)}. Seen: ${seen.join(', ')}.`,
      fix: advice(tools, signs),
      resolution: 'manual',
    }),
  ];
}

/** True for a tool that was skipped without an ignore comment. */
function isSkipped({ status, reason = '' }: PlannedTool): boolean {
  const isReached = reason !== NOT_IMPORTED && reason !== UNUSED_CLASS && !reason.endsWith(ASK_FOR_SHARED);
  return status === 'ignored' && !isReached;
}

/** Signs of an MCP server, the strongest first. */
function signsOf(project: ProjectSnapshot): Sign[] {
  const sources = project.sourcesWith(/\bmcp|modelcontextprotocol/i).filter(({ reachable }) => reachable);
  if (sources.some(isObservedByHand)) return [];
  const modules = sources.flatMap((source) => loaded(source).map((load) => ({ ...load, source })));
  const servers = modules.filter(({ module }) => isMcpPackage(module) && !IS_NO_SERVER.test(module));
  const isClient = servers.length === 0 && modules.some(({ module }) => IS_NO_SERVER.test(module));
  const dependency = isClient ? [] : dependencySign(project);
  if (servers.length === 0 && dependency.length === 0) return [];
  const brought = modules.filter(
    ({ module }) => isAboutMcp(module) && !isOwnModule(module) && !bringsNoTools(module),
  );
  return [
    ...sources.flatMap((source) => matchesOf(source, SERVER_OBJECT)),
    ...sources.flatMap((source) => matchesOf(source, SERVER_CALL)),
    ...brought.map(({ module, names, source, line }) => ({
      what: `${names === '' ? 'an import' : names} from the package ${module}`,
      file: source.path,
      line,
    })),
    ...servers.map(({ module, source, line }) => ({ what: module, file: source.path, line })).slice(0, 1),
    ...dependency,
  ];
}

/**
 * If a server is created elsewhere, the user observes it by hand. If it is created here, `init` observes it.
 */
function isObservedByHand({ text }: CandidateFile): boolean {
  return text.includes(OBSERVABILITY_PACKAGE) && /\bobserveServer\s*\(\s*(?!new\b)/.test(text);
}

function loaded({ text }: CandidateFile): { module: string; names: string; line: number }[] {
  return [...text.matchAll(LOADS)].map((match) => ({
    module: match[2] ?? match[3] ?? '',
    names: (match[1] ?? '').replace(/[{}\s]+/g, ' ').trim(),
    line: lineAt(text, match.index + match[0].search(/\S/)),
  }));
}

function matchesOf({ path, text }: CandidateFile, pattern: RegExp): Sign[] {
  return [...text.matchAll(pattern)].map((match) => ({
    what: match[1] ?? match[2] ?? '',
    file: path,
    line: lineAt(text, match.index),
  }));
}

/** Only the project's own package.json, because one in a parent folder may belong to any package. */
function dependencySign({ packageJson, text }: ProjectSnapshot): Sign[] {
  if (packageJson === undefined || packageJson.startsWith('../')) return [];
  const manifest = text(packageJson) ?? '';
  const list = /"dependencies"\s*:\s*\{[^}]{0,100000}\}/.exec(manifest);
  const match = list && SERVER_DEPENDENCY.exec(list[0]);
  if (!list || !match) return [];
  const line = lineAt(manifest, list.index + match.index);
  return [{ what: `the dependency ${match[1]}`, file: packageJson, line }];
}

function place({ config, sources }: ProjectSnapshot): string {
  const count = sources.filter(({ reachable }) => reachable).length;
  const files = count === 1 ? '1 file' : `${count} files`;
  return config?.main === undefined ? `${files} of this folder` : `${files} that ${config.main} imports`;
}

function advice(tools: readonly PlannedTool[], signs: readonly Sign[]): string {
  const [left] = tools;
  const lines = [
    ...(left?.reason === NOT_IMPORTED
      ? [`${left.file} has tools, but the entry does not import it: init --all-files traces them.`]
      : []),
    ...(left?.reason?.endsWith(ASK_FOR_SHARED) ? [`${left.file} has tools: ${left.reason}.`] : []),
    ...(signs.some(({ what }) => what.includes('from the package'))
      ? [
          'Tools of a package are not traced: ask its authors for a hook, or wrap the server in observeServer.',
        ]
      : []),
    'If one of your functions registers them, name it: init --registrar <function>.',
    `If there are no tools yet: init --allow-no-tools; for check: "langfuse/no-tools": "off" in the settings of observe.json.`,
  ];
  return lines.join('\n');
}
