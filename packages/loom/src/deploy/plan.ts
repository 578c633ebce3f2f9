import { basename, dirname } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { readServerConfig, withDatabaseId } from './config.js';
import { CONFIG_FILE, requireName, type ServerOptions, serverFiles } from './files.js';
import { readRecord, stateOf } from './record.js';

export interface OptionArgs {
  readonly name?: string | undefined;
  readonly queue?: boolean | undefined;
  readonly live?: boolean | undefined;
  readonly domain?: string | undefined;
  readonly accessTeam?: string | undefined;
  readonly accessAud?: string | undefined;
}

/** The files to write. Files that were edited by hand stay unchanged. */
export function planServer(
  loomDir: string,
  options: ServerOptions,
): { texts: Record<string, string>; lines: string[]; left: string[] } {
  const record = readRecord(loomDir);
  const id = readServerConfig(loomDir)?.database.id;
  const files = Object.entries(serverFiles(options)).map(([name, text]) => {
    const whole = name === CONFIG_FILE && id !== undefined ? withDatabaseId(text, id) : text;
    return { name, text: whole, state: stateOf(loomDir, name, whole, record) };
  });
  const written = files.filter(({ state }) => state === 'missing' || state === 'outdated');
  return {
    texts: Object.fromEntries(written.map(({ name, text }) => [name, text])),
    lines: written.map(({ name, state }) => `  ${state === 'missing' ? 'create ' : 'replace'}  ${name}`),
    left: files.filter(({ state }) => state === 'edited' || state === 'foreign').map(({ name }) => name),
  };
}

/** Command-line options, then the options of the last deploy, then defaults. */
export function optionsOf(loomDir: string, args: OptionArgs): ServerOptions {
  const before = readRecord(loomDir)?.options;
  const { accessTeam: team, accessAud: audience } = args;
  if ((team === undefined) !== (audience === undefined)) {
    throw new LoomError(
      '--access-team and --access-aud belong together.',
      "Both are on the application's page in Cloudflare's Zero Trust dashboard.",
      EXIT.usage,
    );
  }
  const access =
    team !== undefined && audience !== undefined ? { team: teamOf(team), audience } : before?.access;
  const domain = args.domain ?? before?.domain;
  return {
    name: requireName(args.name ?? before?.name ?? defaultName(loomDir)),
    queue: args.queue ?? before?.queue ?? false,
    live: args.live ?? before?.live ?? false,
    ...(domain === undefined ? {} : { domain }),
    ...(access === undefined ? {} : { access }),
  };
}

function teamOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') {
    throw new LoomError(
      '--access-team must be an address.',
      'Such as --access-team https://acme.cloudflareaccess.com',
      EXIT.usage,
    );
  }
  return url.origin;
}

function defaultName(loomDir: string): string {
  const project = basename(dirname(loomDir))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `loom-${project || 'server'}`.slice(0, 53).replace(/-+$/, '');
}
