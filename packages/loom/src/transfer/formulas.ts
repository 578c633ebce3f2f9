import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import * as z from 'zod';
import { EXIT, LoomError } from '../errors.js';

/**
 * A template for several issues that depend on each other: `.loom/formulas/<name>.toml`, in the format of the
 * earlier Loom.
 */
export interface Formula {
  readonly name: string;
  readonly description: string | undefined;
  readonly variables: readonly Variable[];
  readonly steps: readonly Step[];
}

export interface Variable {
  readonly name: string;
  readonly description: string | undefined;
  /** Default value. Without it, the variable is required. */
  readonly fallback: string | undefined;
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly acceptance: string | undefined;
  readonly type: string | undefined;
  readonly priority: number;
  readonly labels: readonly string[];
  /** Steps that must be done before. */
  readonly needs: readonly string[];
}

const DIR = 'formulas';
const ENDING = /(?:\.formula)?\.toml$/;
const PRIORITIES: Readonly<Record<string, number>> = { critical: 0, high: 1, normal: 2, low: 3 };

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]).optional();
const StepSource = z.looseObject({
  id: z.string().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  acceptance: z.string().optional(),
  type: z.string().optional(),
  priority: z
    .union([z.number().int().min(0).max(4), z.enum(['critical', 'high', 'normal', 'low'])])
    .optional(),
  labels: texts,
  needs: texts,
  depends_on: texts,
  blocked_by: texts,
});
const VariableSource = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.looseObject({
    description: z.string().optional(),
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  }),
]);
const Source = z.looseObject({
  name: z.string().optional(),
  formula: z
    .union([z.string(), z.looseObject({ name: z.string().optional(), description: z.string().optional() })])
    .optional(),
  description: z.string().optional(),
  vars: z.record(z.string(), VariableSource).optional(),
  variables: z.record(z.string(), VariableSource).optional(),
  steps: z.array(StepSource).min(1),
});

export function formulaNames(loomDir: string): string[] {
  const dir = join(loomDir, DIR);
  return existsSync(dir)
    ? readdirSync(dir)
        .filter((file) => ENDING.test(file))
        .map((file) => file.replace(ENDING, ''))
        .sort()
    : [];
}

export function readFormula(loomDir: string, name: string): Formula {
  const path = [`${name}.toml`, `${name}.formula.toml`]
    .map((file) => join(loomDir, DIR, file))
    .find(existsSync);
  if (!/^[\w.-]+$/.test(name) || path === undefined) {
    const known = formulaNames(loomDir);
    throw new LoomError(
      `There is no formula "${name}".`,
      known.length > 0
        ? `Use one of ${known.join(', ')}.`
        : `Write one to ${join(loomDir, DIR, `${name}.toml`)}.`,
      EXIT.notFound,
    );
  }
  return formulaOf(readFileSync(path, 'utf8'), name, path);
}

export function formulaOf(text: string, name: string, path: string): Formula {
  const wrong = (why: string) =>
    new LoomError(
      `${path}: ${why}`,
      'Write [[steps]] with id, title and needs = [ids]. Nothing was created.',
      EXIT.usage,
    );
  let toml: unknown;
  try {
    toml = parse(text);
  } catch (error) {
    throw wrong((error as Error).message.split('\n')[0] ?? '');
  }
  const read = Source.safeParse(toml);
  if (!read.success) {
    throw wrong(z.prettifyError(read.error).replaceAll(/\s+/g, ' '));
  }
  const { data } = read;
  const head = typeof data.formula === 'object' ? data.formula : undefined;
  const steps = data.steps.map((step, at): Step => {
    const id = step.id ?? step.name ?? `step-${at + 1}`;
    return {
      id,
      title: step.title ?? step.name ?? id,
      description: step.description,
      acceptance: step.acceptance,
      type: step.type,
      priority: typeof step.priority === 'string' ? (PRIORITIES[step.priority] ?? 2) : (step.priority ?? 2),
      labels: step.labels ?? [],
      needs: [...new Set([...(step.needs ?? []), ...(step.depends_on ?? []), ...(step.blocked_by ?? [])])],
    };
  });
  const ids = steps.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) {
    throw wrong(`two steps are called ${twice}.`);
  }
  for (const { id, needs } of steps) {
    const missing = needs.find((need) => !ids.includes(need));
    if (missing !== undefined) {
      throw wrong(`step ${id} needs ${missing}, which is not a step.`);
    }
  }
  if (hasCycle(steps)) {
    throw wrong('its steps depend on each other in a circle.');
  }
  return {
    name: head?.name ?? data.name ?? name,
    description: head?.description ?? data.description,
    variables: Object.entries({ ...data.variables, ...data.vars }).map(([variable, source]) =>
      typeof source === 'object'
        ? {
            name: variable,
            description: source.description,
            fallback: source.default === undefined ? undefined : String(source.default),
          }
        : { name: variable, description: undefined, fallback: String(source) },
    ),
    steps,
  };
}

/** A copy with `{{name}}` replaced. Throws for a missing value, and for a value without such a variable. */
export function withValues(formula: Formula, given: Readonly<Record<string, string>>): Formula {
  const values: Record<string, string> = {};
  for (const { name, fallback } of formula.variables) {
    const value = given[name] ?? fallback;
    if (value !== undefined) {
      values[name] = value;
    }
  }
  const unknown = Object.keys(given).filter(
    (name) => !formula.variables.some((variable) => variable.name === name),
  );
  const missing = new Set(
    formula.variables.map(({ name }) => name).filter((name) => values[name] === undefined),
  );
  const fill = (text: string) =>
    text.replaceAll(/\{\{\s*([\w.-]+)\s*\}\}/g, (all, name: string) => {
      if (values[name] === undefined) {
        missing.add(name);
      }
      return values[name] ?? all;
    });
  const steps = formula.steps.map((step) => ({
    ...step,
    title: fill(step.title),
    description: step.description === undefined ? undefined : fill(step.description),
    acceptance: step.acceptance === undefined ? undefined : fill(step.acceptance),
    labels: step.labels.map(fill),
  }));
  if (missing.size > 0 || unknown.length > 0) {
    throw new LoomError(
      [
        ...(missing.size > 0 ? [`${formula.name} needs ${[...missing].join(', ')}.`] : []),
        ...(unknown.length > 0 ? [`${formula.name} has no ${unknown.join(', ')}.`] : []),
      ].join(' '),
      `Pass each as -v name=value. Nothing was created.`,
      EXIT.usage,
    );
  }
  return {
    ...formula,
    description: formula.description === undefined ? undefined : fill(formula.description),
    steps,
  };
}

function hasCycle(steps: readonly Step[]): boolean {
  const done = new Set<string>();
  for (let left = steps.length; left > 0; ) {
    const free = steps.filter(({ id, needs }) => !done.has(id) && needs.every((need) => done.has(need)));
    if (free.length === 0) {
      return true;
    }
    for (const { id } of free) {
      done.add(id);
    }
    left -= free.length;
  }
  return false;
}
