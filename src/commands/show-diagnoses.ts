import type { Diagnosis } from '../doctor/diagnosis.js';
import type { Terminal } from './terminal.js';

const MARKS = {
  ok: { glyph: '✔', color: 'green' },
  notice: { glyph: '▲', color: 'yellow' },
  wrong: { glyph: '✖', color: 'red' },
  skipped: { glyph: '-', color: 'dim' },
} as const;

/** One line for each check, with the next step if there is one. */
export function showDiagnoses(name: string, diagnoses: readonly Diagnosis[], terminal: Terminal): void {
  terminal.say(terminal.paint('bold', name));
  for (const { state, message, fix } of diagnoses) {
    const { glyph, color } = MARKS[state];
    terminal.say(`  ${terminal.paint(color, glyph)} ${message}`);
    if (fix !== undefined) terminal.say(`      ${fix}`);
  }
}
