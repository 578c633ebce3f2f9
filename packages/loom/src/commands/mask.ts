import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { explainMask, maskText } from '@create-something/observability/mask';
import { EXIT, LoomError } from '../errors.js';
import { maskLevel } from '../masking/level.js';
import { table } from '../output.js';
import { command } from './spec.js';

export const mask = command({
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'File to read (default: standard input)' })
      .option('strict', { type: 'boolean', default: false, describe: 'As with LANGFUSE_MASK=strict' })
      .option('emails', { type: 'boolean', default: false, describe: 'Also mask e-mail addresses' }),
  run: ({ file, strict, emails, cwd }) => {
    const text = read(file && resolve(cwd, file));
    const settings = { maskLevel: strict ? ('strict' as const) : maskLevel(), maskEmails: emails };
    const found = settings.maskLevel === 'off' ? [] : explainMask(text, settings);
    const masked = maskText(text, settings);
    const rows = found.map(({ start, end, rule, name }) => {
      const before = text.slice(0, start).split('\n');
      return {
        line: before.length,
        column: (before.at(-1) ?? '').length + 1,
        length: end - start,
        rule,
        name,
      };
    });
    const list = table(
      ['line', 'column', 'length', 'rule', 'name'],
      rows.map((row) => [row.line, row.column, row.length, row.rule, row.name ?? '-']),
    );
    const foot =
      settings.maskLevel === 'off'
        ? 'LANGFUSE_MASK is off: nothing is masked.'
        : rows.length > 0
          ? list
          : 'No rule matched. Loom does not recognise a secret that has an unknown format and no name.';
    return {
      data: { level: settings.maskLevel, masked, found: rows },
      text: `${masked.replace(/\n$/, '')}\n\n${foot}`,
    };
  },
});

function read(file: string | undefined): string {
  if (!file && process.stdin.isTTY) {
    throw new LoomError('There is no input.', 'Run: lm mask <file>, or lm mask < file.', EXIT.usage);
  }
  try {
    return readFileSync(file ?? 0, 'utf8');
  } catch (error) {
    throw new LoomError(
      `${file ?? 'Standard input'} cannot be read: ${(error as Error).message}`,
      'Pass an existing file.',
      EXIT.usage,
    );
  }
}
