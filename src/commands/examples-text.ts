/**
 * Examples for help. A command stays on one line, so that you can copy it. On a narrow screen, its
 * explanation is on the next line.
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
