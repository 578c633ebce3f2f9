import { type Finding, finding, lineAt } from '../core/findings.js';
import type { PlannedTool } from '../core/plan.js';
import type { ProjectSnapshot } from '../project/snapshot.js';

const DEFAULT_EXPORT = /^[ \t]*export\s+default\b/m;
/** If the folder is computed: a module in any tools folder, without tests. */
const TOOL_FILE = /(?:^|\/)tools\/(?:[^/]+\/)*([^/._][^/.]*)\.[jt]sx?$/;

/**
 * xmcp names a tool without metadata after its file. If no function of the file is clearly the tool, nothing
 * is planned.
 */
export function toolsWithoutMetadata(project: ProjectSnapshot, tools: readonly PlannedTool[]): Finding[] {
  const manifest = project.packageJson === undefined ? '' : (project.text(project.packageJson) ?? '');
  if (!/"xmcp"\s*:\s*"/.test(manifest)) return [];
  const config = project.text(project.packageJson?.replace(/[^/]+$/, 'xmcp.config.ts') ?? '') ?? '';
  const isFolderKnown = !/\btools\s*:(?!\s*(?:true|false|["']))/.test(config);
  const planned = new Set(tools.map(({ file }) => file));
  return project.sourcesWith(DEFAULT_EXPORT).flatMap(({ path, text }) => {
    const name = isFolderKnown ? project.toolByPlace(path) : TOOL_FILE.exec(path)?.[1];
    if (name === undefined || planned.has(path)) return [];
    return [
      finding({
        rule: 'langfuse/tool-manual',
        file: path,
        line: lineAt(text, text.search(DEFAULT_EXPORT)),
        message: `The tool "${name}" was not changed: xmcp names it after its file, and the file has no metadata.`,
        fix: `Add metadata, then run init again:\nexport const metadata = { name: '${name}', description: '…' };`,
      }),
    ];
  });
}
