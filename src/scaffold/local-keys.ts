import { deletion, type Edit, insertion } from '../edits.js';
import type { Finding } from '../findings.js';
import { about, type Change, modify } from '../plan.js';
import type { LocalVars, LocalVarsFile } from '../project/local-vars.js';
import { LANGFUSE_KEYS } from './langfuse-keys.js';

export const DEV_VARS = '.dev.vars';

/** Any key is on its line once, `export` before it or not. */
const assignment = (name: string) => new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`, 'm');

/**
 * Gives the Langfuse keys a place for local runs, without values. They go where the project keeps its
 * own: a new `.dev.vars` beside an `.env` would make Wrangler pass over the `.env`.
 * @param block what a new `.dev.vars` says; its first line is the comment that `remove` knows it by
 */
export function planLocalKeys(vars: LocalVars, block: string): { changes: Change[]; findings: Finding[] } {
  const target = keyFile(vars);
  // Whoever copies that example later would find it switched off by our file.
  if (target === undefined && localKeysPath(vars) !== DEV_VARS) return { changes: [], findings: [] };
  if (target === undefined) {
    return { changes: about('secrets', [{ action: 'create', path: DEV_VARS, text: block }]), findings: [] };
  }
  const known = vars.devVars ? [vars.devVars] : vars.envFiles;
  const missing = LANGFUSE_KEYS.filter(({ name }) => !known.some(({ text }) => assignment(name).test(text)));
  if (missing.length === 0) return { changes: [], findings: [] };
  const isSafe = !target.tracked && (target.ignored || target.path === DEV_VARS);
  if (!isSafe)
    return {
      changes: [],
      findings: [
        committed(
          target,
          missing.map(({ name }) => name),
        ),
      ],
    };
  const names = new Set<string>(missing.map(({ name }) => name));
  const lines = block
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('#') || names.has(nameOf(line)));
  return {
    changes: about('secrets', modify(target.path, target.text, [appended(target.text, lines)])),
    findings: [],
  };
}

/** The file that keys belong in; undefined when `.dev.vars` is still to be made. */
function keyFile(vars: LocalVars): LocalVarsFile | undefined {
  return (
    vars.devVars ?? vars.envFiles.find(({ ignored, tracked }) => ignored && !tracked) ?? vars.envFiles[0]
  );
}

/** Where a person is to put the keys. */
export function localKeysPath(vars: LocalVars): string {
  return keyFile(vars)?.path ?? (vars.example?.path === '.env.example' ? '.env' : DEV_VARS);
}

/**
 * The committed example names the keys: the project's own where it has one, whichever machine this is;
 * else a new `.dev.vars.example`.
 * @param block what a new example says
 */
export function planKeysExample({ example }: LocalVars, block: string): Change[] {
  if (example === undefined) return [{ action: 'create', path: `${DEV_VARS}.example`, text: block }];
  const { path, text } = example;
  const missing = LANGFUSE_KEYS.filter(({ name }) => !assignment(name).test(text));
  const lines = missing.map(({ name, example: value }) => `${name}="${value}"`);
  return missing.length === 0 ? [] : modify(path, text, [appended(text, lines)]);
}

/** A text without a last line break keeps having none, so that `remove` can tell what was there. */
function appended(text: string, lines: readonly string[]): Edit {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const body = lines.join(eol);
  return insertion(text.length, text.endsWith('\n') ? body + eol : eol + body);
}

/**
 * Takes the block out again. Keys that a person filled in stay, and so does everything around them.
 * @returns the change, the names of the keys that stay, and whether the file began with the block: then it was made by it
 */
export function undoLocalKeys(
  file: LocalVarsFile,
  block: string,
): { changes: Change[]; kept: string[]; wasMade: boolean } {
  const { path, text } = file;
  const comment = (block.split('\n')[0] ?? '').trim();
  const start = startOfLine(text, comment);
  if (start === undefined) return { changes: [], kept: [], wasMade: false };
  const lines = ownLines(text, start);
  const wasMade = start === 0;
  const kept = lines.filter((line) => line.value !== '').map((line) => line.name);
  if (kept.length > 0) {
    const empty = lines.filter((line) => line.value === '' && line.name !== '');
    const edits = empty.map((line) => deletion(line.start, line.end));
    return { changes: about('secrets', modify(path, text, edits)), kept, wasMade };
  }
  const end = lines.at(-1)?.end ?? text.length;
  if (start === 0 && end === text.length && path === DEV_VARS) {
    return { changes: about('secrets', [{ action: 'delete', path, before: text }]), kept, wasMade };
  }
  const lead = text[end - 1] === '\n' ? 0 : text.slice(0, start).endsWith('\r\n') ? 2 : start > 0 ? 1 : 0;
  return { changes: about('secrets', modify(path, text, [deletion(start - lead, end)])), kept, wasMade };
}

interface OwnLine {
  readonly start: number;
  /** Behind the line break, if there is one. */
  readonly end: number;
  /** Empty for the comment. */
  readonly name: string;
  readonly value: string;
}

/** The comment at `start` and the lines right below it that set one of our keys. */
function ownLines(text: string, start: number): OwnLine[] {
  const lines: OwnLine[] = [];
  for (let at = start; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed + 1;
    const line = text.slice(at, end).trim();
    const isOurs = LANGFUSE_KEYS.some(({ name }) => name === nameOf(line));
    if (at > start && !isOurs) break;
    const value = line.slice(line.indexOf('=') + 1).replace(/^(["'])\1$/, '');
    lines.push({ start: at, end, name: at > start ? nameOf(line) : '', value: at > start ? value : '' });
    at = end;
  }
  return lines;
}

function startOfLine(text: string, line: string): number | undefined {
  const at = `\n${text}`.indexOf(`\n${line}`);
  return at === -1 || line === '' ? undefined : at;
}

function nameOf(line: string): string {
  return line.split('=')[0]?.trim() ?? '';
}

function committed({ path, tracked }: LocalVarsFile, names: readonly string[]): Finding {
  const why = tracked ? 'is in version control' : 'is not kept out of version control';
  const cure = tracked ? `git rm --cached ${path}, and add it to .gitignore` : `Add ${path} to .gitignore`;
  return {
    rule: 'secrets/local-file-committed',
    level: 'warning',
    file: path,
    line: 1,
    message: `Keys for local runs belong in ${path}, but it ${why}; nothing was written to it.`,
    fix: `${cure}. Then put ${names.join(', ')} there.`,
  };
}
