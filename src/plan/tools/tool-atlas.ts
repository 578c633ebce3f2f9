import { inferOversight } from '../../atlas/infer-oversight.js';
import { inferTask } from '../../atlas/infer-task.js';
import { isAiTask } from '../../atlas/vocabulary.js';
import { type HandlerSite, isShared, labelOf, type ToolDefinition } from '../../tools/site.js';

/**
 * The task of tools that share one place. It is the runtime's default, because one wrapper serves all of
 * them.
 */
export const SHARED_TASK = 'orchestrate';

/** Chosen values by `file:name`. */
export interface Chosen {
  readonly tasks: ReadonlyMap<string, string>;
  readonly oversight?: ReadonlyMap<string, string>;
  /** Handlers that stay unchanged. */
  readonly leftOut?: ReadonlySet<string>;
}

export interface Atlas {
  readonly task: string;
  /** How closely a person should watch the tool, if it is more than usual. */
  readonly oversight: string | undefined;
}

export function atlasOf(site: HandlerSite, file: string, chosen: Chosen): Atlas {
  const task = taskFor(site, file, chosen);
  return { task, oversight: oversightFor(site, task, chosen.oversight?.get(`${file}:${labelOf(site)}`)) };
}

function oversightFor(site: HandlerSite, task: string, chosen: string | undefined): string | undefined {
  const level = inferOversight(site.annotations, isAiTask(task) ? task : undefined, labelOf(site));
  if (!chosen) return isUnusual(level) ? level : undefined;
  return chosen === 'optional' && !isUnusual(level) ? undefined : chosen;
}

function isUnusual(level: string): boolean {
  return level === 'required' || level === 'recommended';
}

function taskFor(site: HandlerSite, file: string, chosen: Chosen): string {
  return (
    writtenTask(site) ??
    chosen.tasks.get(`${file}:${labelOf(site)}`) ??
    (isShared(site) ? SHARED_TASK : inferredTask(site))
  );
}

function writtenTask({ trace }: HandlerSite): string | undefined {
  return trace !== 'none' && trace.by === 'init' ? trace.task : undefined;
}

function inferredTask(site: HandlerSite): string {
  const { description, annotations } = site;
  return inferTask({
    name: labelOf(site),
    description,
    readOnly: annotations?.readOnlyHint,
    destructive: annotations?.destructiveHint,
  });
}

/** Trace metadata of a tool whose name and code are in different places. */
export function atlasOfDefinition(definition: ToolDefinition, file: string, chosen: Chosen): Atlas {
  const { name, description, annotations } = definition;
  const task =
    chosen.tasks.get(`${file}:${name}`) ??
    inferTask({
      name,
      description,
      readOnly: annotations?.readOnlyHint,
      destructive: annotations?.destructiveHint,
    });
  const level = inferOversight(annotations, isAiTask(task) ? task : undefined, name);
  return { task, oversight: isUnusual(level) ? level : undefined };
}
