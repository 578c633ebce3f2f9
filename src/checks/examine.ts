import type { Finding } from '../core/findings.js';
import { SERVER_RULES, TOOL_RULES } from '../core/ignore-comments.js';
import type { Layer } from '../core/layers.js';
import type { Plan, PlannedServer, PlannedTool } from '../core/plan.js';
import type { RuleId, RuleSettings } from '../core/rules.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { CandidateFile } from '../project/source-files.js';
import { type Commented, ignored, type LeftAlone } from './ignored.js';
import { missingFiles } from './missing-files.js';
import { retiredClient, usersOfRetiredClient } from './retired-client.js';
import { withSettings } from './settings.js';
import { unobservedModels } from './unobserved-model.js';
import { unobservedServers } from './unobserved-server.js';
import { untracedTools } from './untraced-tool.js';

export interface Examined {
  readonly findings: readonly Finding[];
  /** What a comment or a setting took out. */
  readonly silenced: readonly Finding[];
}

/** Everything there is to say about one Worker, as its settings and its ignore comments want it. */
export function examine(
  plan: Plan,
  project: ProjectSnapshot,
  given: { layers: readonly Layer[]; settings: RuleSettings },
): Examined {
  const { layers, settings } = given;
  const retired = layers.includes('langfuse') ? usersOfRetiredClient(project) : [];
  const found = [
    ...plan.findings,
    ...untracedTools(plan),
    ...unobservedServers(plan),
    ...unobservedModels(plan),
    ...missingFiles(plan),
    ...retiredClient(retired),
  ];
  const { open, silenced } = ignored(
    found,
    commentedFiles(project, retired),
    leftAlone(plan),
    looksInto(layers),
  );
  const isOff = ({ rule }: Finding) => settings[rule] === 'off';
  return { findings: withSettings(open, settings), silenced: [...silenced, ...open.filter(isOff)] };
}

function commentedFiles(project: ProjectSnapshot, further: readonly CandidateFile[]): Commented[] {
  const configs = [project.config, project.configExample].filter((config) => config !== null);
  const files = [...configs, ...project.sources, ...further];
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** Tools that the planning left out, among them those that it left out for a comment's sake. */
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

/** With fewer layers, less is looked into. */
function looksInto(layers: readonly Layer[]): (rule: RuleId) => boolean {
  return (rule) => {
    const [room] = rule.split('/');
    if (room === 'wrangler') return layers.includes('cloudflare') && layers.includes('langfuse');
    return room !== 'langfuse' || layers.includes('langfuse');
  };
}
