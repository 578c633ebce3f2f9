import { getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { ConfigSyntaxError } from '../core/errors.js';
import { lineAt } from '../core/findings.js';
import { behindByteOrderMark, shifted } from './byte-order-mark.js';
import { asTomlTables } from './change-tree.js';
import type { ConfigPath } from './changes.js';
import type { ConfigFormat, ConfigSource, ConfigTable, ParsedConfig } from './format.js';
import { tomlEdits } from './toml-edits.js';
import { indexToml, type TomlIndex, type TomlProgram } from './toml-index.js';
import { findBadName } from './toml-names.js';

export const tomlFormat: ConfigFormat = { id: 'toml', parse, snippet: asTomlTables };

function parse({ path, text }: ConfigSource): ParsedConfig {
  const { body, shift } = behindByteOrderMark(text);
  const program = parsed(path, body);
  const odd = findBadName(program);
  if (odd) {
    const place = { file: path, line: lineAt(body, odd.at) };
    throw new ConfigSyntaxError(
      `${path} can't be read further: it has ${odd.why}.`,
      'Use another name there.',
      place,
    );
  }
  const index = indexToml(program);
  return {
    value: structuredClone(getStaticTOMLValue(program)) as ConfigTable,
    lineOf: (where) => lineAt(body, nearest(index, where)),
    edits: (changes) => shifted(tomlEdits(body, program, index, changes), shift),
  };
}

function parsed(path: string, body: string): TomlProgram {
  try {
    return parseTOML(body);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // A missing value is reported at the next token, on a later line.
    const seen = error.message.startsWith('Unspecified') ? body.slice(0, error.index).trimEnd() : undefined;
    const line = seen === undefined ? error.lineNumber : lineAt(body, seen.length);
    const fix = 'Fix that line, then run the command again.';
    throw new ConfigSyntaxError(`${path} can't be read: ${error.message}.`, fix, { file: path, line });
  }
}

/** Offset of `path`, or of the nearest existing table above it. */
function nearest(index: TomlIndex, path: ConfigPath): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const entry = index.at(path.slice(0, depth));
    const node = entry?.header ?? entry?.keyValue ?? entry?.dotted[0]?.keyValue ?? entry?.below[0];
    if (node !== undefined) return node.range[0];
  }
  return 0;
}
