import { type Edit, insertion, splice } from '../core/edits.js';
import { type Finding, finding } from '../core/findings.js';
import { about, type Change, modify } from '../core/plan.js';
import type { LocalVars, LocalVarsFile } from '../project/local-vars.js';
import { clearLocal, fillLocal, keyValues } from './key-values.js';
import { LANGFUSE_KEYS, LOCAL_RECEIVER } from './langfuse-keys.js';

export const DEV_VARS = '.dev.vars';

/** Matches the line of a key, with or without `export`. */
const assignment = (name: string) =>
  new RegExp(`^[ \\t]{0,200}(?:export[ \\t]{1,200})?${name}[ \\t]{0,200}=`, 'm');

/**
 * The target for traces of local runs: this machine, no longer this machine, or the server that the keys
 * belong to.
 */
export type LocalTarget = 'here' | 'not here' | undefined;

/**
 * Adds lines for the Langfuse keys to a file for local runs. It uses the project's own file, because a new
 * `.dev.vars` would make Wrangler ignore an existing `.env`. Keys that a person filled in stay.
 * @param block text of a new `.dev.vars`; `remove` finds it by the comment in its first line
 */
export function planLocalKeys(
  vars: LocalVars,
  block: string,
  local: LocalTarget = undefined,
): { changes: Change[]; findings: Finding[] } {
  const target = keyFile(vars);
  // Otherwise our file would disable that example when it is copied later.
  if (target === undefined && localKeysPath(vars) !== DEV_VARS) {
    return { changes: [], findings: local === 'here' ? [noFileYet(localKeysPath(vars))] : [] };
  }
  const known = vars.devVars ? [vars.devVars] : vars.envFiles;
  const setFile = known.find(({ text }) => keyValues(text).some(({ state }) => state === 'set'));
  const fill = local === 'here' && setFile === undefined;
  const ownBlock = fill ? splice(block, fillLocal(block)) : block;
  if (target === undefined) {
    return {
      changes: about('secrets', [{ action: 'create', path: DEV_VARS, text: ownBlock }]),
      findings: [],
    };
  }
  const edits = fill ? fillLocal(target.text) : local === 'not here' ? clearLocal(target.text) : [];
  const missing = LANGFUSE_KEYS.filter(({ name }) => !known.some(({ text }) => assignment(name).test(text)));
  const names = [...missing.map(({ name }) => name as string), ...(fill ? onlyExamples(known) : [])];
  if (names.length > 0) edits.push(appended(target.text, linesFor(ownBlock, names)));
  const findings = local === 'here' && setFile ? [keysStay(setFile)] : [];
  if (edits.length === 0) return { changes: [], findings };
  const isSafe = !target.tracked && (target.ignored || target.path === DEV_VARS);
  if (!isSafe) return { changes: [], findings: [committed(target, names)] };
  return { changes: about('secrets', modify(target.path, target.text, edits)), findings };
}

/** Keys that have only example values. A line below them sets the value, because the last line of a dotenv file wins. */
function onlyExamples(files: readonly LocalVarsFile[]): string[] {
  const values = files.flatMap(({ text }) => keyValues(text));
  return LANGFUSE_KEYS.map(({ name }) => name as string).filter((key) => {
    const own = values.filter(({ name }) => name === key);
    return own.length > 0 && own.every(({ state }) => state === 'example');
  });
}

/** The block's comment, and its lines for these keys. */
function linesFor(block: string, names: readonly string[]): string[] {
  const lines = block.trimEnd().split('\n');
  return lines.filter((line) => line.startsWith('#') || names.includes(nameOf(line)));
}

/** True if a person or `init --local` filled in a value. */
export function hasLangfuseKeys({ devVars, envFiles }: LocalVars): boolean {
  const known = devVars ? [devVars] : envFiles;
  return known.some(({ text }) => keyValues(text).some(({ state }) => state === 'set' || state === 'local'));
}

/** The file for the keys; undefined if `.dev.vars` does not exist yet. */
function keyFile(vars: LocalVars): LocalVarsFile | undefined {
  return (
    vars.devVars ?? vars.envFiles.find(({ ignored, tracked }) => ignored && !tracked) ?? vars.envFiles[0]
  );
}

/** The file that the user should put the keys into. */
export function localKeysPath(vars: LocalVars): string {
  return keyFile(vars)?.path ?? (vars.example?.path === '.env.example' ? '.env' : DEV_VARS);
}

/**
 * Adds the names of the keys to the project's committed example, or to a new `.dev.vars.example`.
 * @param block text of a new example
 */
export function planKeysExample({ example }: LocalVars, block: string): Change[] {
  if (example === undefined) return [{ action: 'create', path: `${DEV_VARS}.example`, text: block }];
  const { path, text } = example;
  const missing = LANGFUSE_KEYS.filter(({ name }) => !assignment(name).test(text));
  const lines = missing.map(({ name, example: value }) => `${name}="${value}"`);
  return missing.length === 0 ? [] : modify(path, text, [appended(text, lines)]);
}

/** A text without a final line break stays without one, so that `remove` can restore it. */
function appended(text: string, lines: readonly string[]): Edit {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const body = lines.join(eol);
  return insertion(text.length, text.endsWith('\n') ? body + eol : eol + body);
}

/** The key that a line sets. */
export function nameOf(line: string): string {
  return line.split('=')[0]?.trim() ?? '';
}

function committed({ path, tracked }: LocalVarsFile, names: readonly string[]): Finding {
  const why = tracked ? 'is in version control' : 'is not in .gitignore';
  const cure = tracked ? `git rm --cached ${path}, and add it to .gitignore` : `Add ${path} to .gitignore`;
  return finding({
    rule: 'secrets/local-file-committed',
    file: path,
    line: 1,
    message: `Keys for local runs belong in ${path}, but it ${why}, so init wrote nothing to it.`,
    fix: names.length > 0 ? `${cure}. Then put ${names.join(', ')} there.` : `${cure}. Then run init again.`,
  });
}

function keysStay({ path }: LocalVarsFile): Finding {
  return finding({
    rule: 'secrets/keys-stay',
    file: path,
    line: 1,
    message: `${path} already has Langfuse keys, so --local kept them.`,
    fix: `To see traces on this machine, set LANGFUSE_BASE_URL to ${LOCAL_RECEIVER} there.`,
  });
}

function noFileYet(path: string): Finding {
  return finding({
    rule: 'secrets/no-local-file',
    file: `${path}.example`,
    line: 1,
    message: `There is no ${path} yet, so --local has no file to write to.`,
    fix: `Copy ${path}.example to ${path}, then run init --local again.`,
  });
}
