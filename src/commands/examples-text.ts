/**
 * Examples for help. A command is never broken, so that it can be copied: where the screen is too narrow, what it does
 * stands below it.
 * @param columns undefined where there is no screen
 */
export function examplesText(
  examples: readonly (readonly [command: string, what: string])[],
  columns: number | undefined,
): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const rows = examples.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`.trimEnd());
  const fits = columns === undefined || rows.every((row) => row.length <= columns);
  const lines = fits ? rows : examples.map(([command, what]) => `  ${command}\n      ${what}`);
  return ['Examples:', ...lines].join('\n');
}
