import { EXIT, LoomError } from '../errors.js';
import { linkIssues } from '../issues/dependencies.js';
import { createIssue, requireIssue } from '../issues/store.js';
import { requireLoomDir } from '../store/folder.js';
import { type Formula, formulaNames, readFormula, withValues } from '../transfer/formulas.js';
import { AS, actorOf } from './issue-text.js';
import { command, withLoom } from './spec.js';

export const formulaList = command({
  builder: (yargs) => yargs,
  run: ({ cwd }) => {
    const names = formulaNames(requireLoomDir(cwd));
    return { data: names, text: names.join('\n') || 'No formulas. They are TOML files in .loom/formulas/.' };
  },
});

export const formulaShow = command({
  builder: (yargs) => yargs.positional('name', { type: 'string', demandOption: true, describe: 'Formula' }),
  run: ({ cwd, name }) => {
    const formula = readFormula(requireLoomDir(cwd), name);
    return { data: formula, text: formulaText(formula) };
  },
});

export const formulaRun = command({
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Formula' })
      .option('var', {
        alias: 'v',
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'A value: name=value',
      })
      .option('parent', {
        type: 'string',
        describe: 'Parent issue of the steps (default: a new one)',
      })
      .option('as', AS),
  run: (args) =>
    withLoom(args, (db, loomDir) => {
      const formula = withValues(readFormula(loomDir, args.name), valuesOf(args.var));
      return db.transaction(() => {
        const now = Date.now();
        const actor = actorOf(db, args);
        const parent =
          args.parent === undefined
            ? createIssue(
                db,
                { title: formula.name, description: formula.description, type: 'epic' },
                actor,
                now,
              )
            : requireIssue(db, args.parent);
        const ids = new Map<string, string>();
        for (const { id, needs: _, ...step } of formula.steps) {
          ids.set(id, createIssue(db, { ...step, parentId: parent.id }, actor, now).id);
        }
        for (const { id, needs } of formula.steps) {
          for (const need of needs) {
            linkIssues(db, ids.get(id) ?? '', ids.get(need) ?? '', 'blocks', actor, now);
          }
        }
        const steps = formula.steps.map(({ id, needs }) => ({
          step: id,
          issue: requireIssue(db, ids.get(id) ?? ''),
          waits_for: needs.map((need) => ids.get(need) ?? ''),
        }));
        return {
          data: { parent, steps },
          text: [
            `${parent.id}  ${parent.title}`,
            ...steps.map(
              ({ issue, waits_for }) =>
                `  ${issue.id}  ${issue.title}${waits_for.length > 0 ? `  (waits for ${waits_for.join(', ')})` : ''}`,
            ),
          ].join('\n'),
        };
      });
    }),
});

function formulaText({ name, description, variables, steps }: Formula): string {
  return [
    `${name}${description ? `: ${description}` : ''}`,
    ...variables.map(
      (one) => `  -v ${one.name}=${one.fallback ?? '…'}${one.description ? `  ${one.description}` : ''}`,
    ),
    ...steps.map(
      ({ id, title, needs }) => `  ${id}  ${title}${needs.length > 0 ? `  (after ${needs.join(', ')})` : ''}`,
    ),
  ].join('\n');
}

function valuesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) {
        throw new LoomError(`"${pair}" is no value.`, 'Write it as name=value.', EXIT.usage);
      }
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
