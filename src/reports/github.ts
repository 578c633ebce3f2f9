import type { Level } from '../core/rules.js';
import { escapeControls } from '../text/escape-for-terminal.js';
import type { Report } from './report.js';

const COMMAND: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * The report as workflow commands, which GitHub Actions shows as annotations on the lines. GitHub
 * keeps ten of each level for a step.
 */
export function githubAnnotations({ findings }: Report): string {
  return findings
    .map(({ rule, level, file, line, message, fix }) => {
      const properties = { file, line: String(line), title: rule };
      const words = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(value)}`);
      return `::${COMMAND[level]} ${words.join(',')}::${escaped(`${message}\n${fix}`)}\n`;
    })
    .join('');
}

/** A command ends with its line, and text from the project must not start another one. */
function escaped(text: string): string {
  return escapeControls(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
