import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import type { ProofHost } from '../config-proof.js';
import type { Formatter } from './find-formatters.js';
import { PRETTIER_SCRIPT } from './prettier-script.js';

/** A file that is about to be written. */
export interface LayoutRequest {
  /** Absolute. */
  readonly path: string;
  /** undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

const CODE = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
const KINDS = { Biome: new Set(CODE), Prettier: new Set([...CODE, '.yml', '.yaml', '.md']) } as const;

/** Milliseconds for all files of one formatter. */
const TIMEOUT = 60_000;

/**
 * Formatted text of each file, by path. It leaves out files that were not formatted before, and files that no
 * formatter supports. It writes nothing.
 */
export async function layOut(
  formatters: readonly Formatter[],
  requests: readonly LayoutRequest[],
  host: ProofHost,
): Promise<ReadonlyMap<string, string>> {
  const laidOut = new Map<string, string>();
  for (const { formatter, run } of formatters.flatMap(runners)) {
    const open = requests.filter(
      ({ path }) => !laidOut.has(path) && KINDS[formatter.name].has(extname(path)),
    );
    const texts = open.flatMap(({ path, before, after }) => [
      { path, text: before ?? '' },
      { path, text: after },
    ]);
    const results = texts.length === 0 ? [] : await run(texts, host);
    for (const [index, { path, before }] of open.entries()) {
      const [was, is] = [results[2 * index], results[2 * index + 1]];
      if (typeof is === 'string' && (before === undefined || was === before)) laidOut.set(path, is);
    }
  }
  return laidOut;
}

interface Text {
  readonly path: string;
  readonly text: string;
}

type Result = string | null | undefined;

interface Runner {
  readonly formatter: Formatter;
  run(texts: readonly Text[], host: ProofHost): Promise<readonly Result[]>;
}

/**
 * The ways to run a formatter, the strictest first. If the imports of a file were in Biome's order, they stay
 * in it.
 */
function runners(formatter: Formatter): Runner[] {
  const { name, entry } = formatter;
  if (entry === undefined) return [];
  if (name === 'Prettier') {
    return [{ formatter, run: (texts, host) => prettier(entry, formatter, texts, host) }];
  }
  return [['check', '--write', '--linter-enabled=false'], ['format']].map((words) => ({
    formatter,
    run: (texts, host) => biome([entry, ...words], formatter, texts, host),
  }));
}

async function prettier(
  entry: string,
  { cwd, ignoreFiles }: Formatter,
  texts: readonly Text[],
  host: ProofHost,
): Promise<readonly Result[]> {
  const args = ['-e', PRETTIER_SCRIPT, entry, JSON.stringify(ignoreFiles)];
  const { code, stdout } = await output(args, JSON.stringify(texts), { cwd, host });
  if (code !== 0) return [];
  try {
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\u001e') + 1)) as Result[];
  } catch {
    return [];
  }
}

/** Biome reads one text at a time. */
async function biome(
  words: readonly string[],
  { cwd }: Formatter,
  texts: readonly Text[],
  host: ProofHost,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { path, text } of texts) {
    const { code, stdout } = await output([...words, `--stdin-file-path=${path}`], text, { cwd, host });
    results.push(code === 0 && stdout !== '' ? stdout : null);
  }
  return results;
}

function output(
  args: readonly string[],
  input: string,
  { cwd, host }: { readonly cwd: string; readonly host: ProofHost },
): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve) => {
    const child = spawn(host.node, [...args], {
      cwd,
      env: { ...host.env },
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: TIMEOUT,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => resolve({ code: null, stdout: '' }));
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(chunks).toString('utf8') }));
    // If a formatter ends early, its exit code shows it.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
