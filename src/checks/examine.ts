import type { Finding } from '../core/findings.js';
import { SERVER_RULES, TOOL_RULES } from '../core/ignore-comments.js';
import type { Layer } from '../core/layers.js';
import type { Plan, PlannedServer, PlannedTool } from '../core/plan.js';
import type { RuleId, RuleSettings } from '../core/rules.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import { CHECK_RULES } from './all-rules.js';
import { findingsOf } from './define-rule.js';
import { type Commented, ignored, type LeftAlone } from './ignored.js';
import { withSettings } from './settings.js';

export interface Examined {
  readonly findings: readonly Finding[];
  /** Findings that a comment or a setting silenced. */
  readonly silenced: readonly Finding[];
}

/** All findings about one Worker, after its settings and ignore comments. */
export function examine(
  plan: Plan,
  project: ProjectSnapshot,
  given: { layers: readonly Layer[]; settings: RuleSettings },
): Examined {
  const { layers, settings } = given;
  const isLookedInto = looksInto(layers);
  const found = CHECK_RULES.filter(({ id }) => isLookedInto(id)).flatMap((rule) =>
    findingsOf(rule, rule.find(plan, project)),
  );
  const { open, silenced } = ignored(
    [...plan.findings, ...found],
    commentedFiles(project, found),
    leftAlone(plan),
    isLookedInto,
  );
  const isOff = ({ rule }: Finding) => settings[rule] === 'off';
  return { findings: withSettings(open, settings), silenced: [...silenced, ...open.filter(isOff)] };
}

/** The configs, the sources that planning reads, and all other files with findings. */
function commentedFiles(project: ProjectSnapshot, found: readonly Finding[]): Commented[] {
  const configs = [project.config, project.configExample].filter((config) => config !== null);
  const known = new Map<string, Commented>([...configs, ...project.sources].map((file) => [file.path, file]));
  for (const { file: path } of found) {
    const text = known.has(path) ? undefined : project.text(path);
    if (text !== undefined) known.set(path, { path, text });
  }
  return [...known.values()];
}

/** Tools that planning skipped, including those with an ignore comment. */
function leftAlone(plan: Plan): LeftAlone[] {
  const of = (
    rules: readonly RuleId[],
    places: readonly Pick<PlannedServer | PlannedTool, 'status' | 'file' | 'line' | 'reason'>[],
  ) =>
    places
      .filter(({ status }) => status === 'ignored')
      .flatMap(({ file, line, reason = '' }) => rules.map((rule) => ({ rule, file, line, reason })));
  return plan.workers.flatMap(({ tools, servers }) => [
    ...of(TOOL_RULES, tools),
    ...of(SERVER_RULES, servers),
  ]);
}

/** Layers that were not chosen are not checked. */
function looksInto(layers: readonly Layer[]): (rule: RuleId) => boolean {
  return (rule) => {
    const [room] = rule.split('/');
    if (room === 'wrangler') return layers.includes('cloudflare') && layers.includes('langfuse');
    return room !== 'langfuse' || layers.includes('langfuse');
  };
}
