import { EXIT, LoomError } from '../errors.js';

/**
 * The earlier `lm` (in Rust) used other words for some things. Translates its command lines. For commands
 * without an equivalent, the error names the replacement.
 */
export function translateEarlier(argv: readonly string[]): readonly string[] {
  const [verb = '', ...rest] = argv;
  const translate = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  return translate ? translate(rest) : argv;
}

type Translate = (rest: readonly string[]) => readonly string[];

const STATES: Readonly<Record<string, string>> = {
  ready: 'pending',
  claimed: 'in_progress',
  done: 'completed',
};
const ENDS: Readonly<Record<string, string>> = { completed: 'complete', failed: 'error' };

/** `-a` and `--agent` are now `--as`. */
const byAgent =
  (verb: string): Translate =>
  (rest) => [verb, ...renamed(rest, ['-a', '--agent'], '--as')];

const VERBS: Readonly<Record<string, Translate>> = {
  claim: byAgent('claim'),
  release: byAgent('release'),
  done: byAgent('done'),
  cancel: byAgent('cancel'),
  mine: (rest) => ['mine', ...renamed(rest, ['-a', '--agent'], '--as')],
  create: (rest) => ['create', ...replaceFlags(rest, created)],
  spawn: ([parent, title, ...rest]) =>
    parent === undefined || title === undefined
      ? rejectRemoved('spawn needs an issue and a title', 'lm create "title" --parent <issue>')
      : ['create', title, '--parent', parent, ...replaceFlags(rest, created)],
  list: (rest) => ['list', ...listed(rest)],
  all: (rest) => ['list', ...(rest.some(isStatus) ? [] : ['--all']), ...listed(rest)],
  summary: (rest) => ['stats', ...rest],
  resume: (rest) => ['session', 'resume', ...rest],
  agent: (rest) => ['agents', ...rest],
  session: ([what, ...rest]) => ['session', ...(what === undefined ? [] : [what]), ...session(what, rest)],
  backfill: (rest) =>
    rest.some((arg) => arg.startsWith('-') && !isGlobal(arg))
      ? rejectRemoved(
          'backfill had limits of time, agent and branch',
          'lm ingest, which reads every transcript once, then lm cost --since 7d',
        )
      : ['ingest', ...rest],
  analytics: (rest) => {
    const [agent, others] = splitFlag(rest, ['-a', '--agent']);
    const [since, more] = splitFlag(others, ['-s', '--since']);
    return agent === undefined
      ? ['cost', '--by', 'agent', ...(since === undefined ? [] : ['--since', since]), ...more]
      : ['agents', agent, ...more];
  },
  push: (rest) => ['remote', 'push', ...rest],
  pull: (rest) => ['remote', 'pull', ...rest],
  repos: () =>
    rejectRemoved('a Loom belongs to one project', 'lm list --cwd <folder>, or lm cost --all-projects'),
  daemon: () =>
    rejectRemoved(
      'Loom needs no background process',
      'lm hooks install, which records sessions automatically',
    ),
  route: (rest) => {
    const [strategy] = splitFlag(rest, ['-s', '--strategy']);
    return strategy === 'round_robin' || strategy === 'specific'
      ? rejectRemoved(`the strategy ${strategy} does not use history`, 'lm route <issue> --among <model>')
      : ['route', ...rest];
  },
};

/** `-l a,b` for two labels, and `-p` for the parent if its value is an issue. */
function created(flag: string, value: string): readonly string[] | undefined {
  if (flag === '-l' || flag === '--labels') {
    return value.split(',').flatMap((label) => ['--label', label.trim()]);
  }
  return flag === '-p' && !/^\d$/.test(value) ? ['--parent', value] : undefined;
}

function listed(rest: readonly string[]): readonly string[] {
  return replaceFlags(rest, (flag, value) => {
    if (flag === '-s' || flag === '--status') {
      return ['--status', STATES[value] ?? value];
    }
    return flag === '-r' || flag === '--repo' ? ['--repo', value] : undefined;
  });
}

function session(what: string | undefined, rest: readonly string[]): readonly string[] {
  const [first, ...others] = rest;
  const positional = first !== undefined && !first.startsWith('-');
  if (what === 'start') {
    const more = renamed(positional ? others : rest, ['-a'], '--agent');
    return positional ? ['--issue', first, ...more] : more;
  }
  if (what === 'end') {
    const [named, more] = splitFlag(rest, ['--session']);
    const status = replaceFlags(more, (flag, value) =>
      flag === '-s' || flag === '--status' ? ['--status', ENDS[value] ?? value] : undefined,
    );
    return [...(named === undefined ? [] : [named]), ...status];
  }
  return what === 'current' && positional ? others : rest;
}

function isStatus(arg: string): boolean {
  return arg === '-s' || arg === '--status' || arg.startsWith('--status=');
}

function isGlobal(arg: string): boolean {
  return /^--(json|cwd|help)\b/.test(arg);
}

/** Replaces each `flag value` (or `--flag=value`) that `change` knows. */
function replaceFlags(
  args: readonly string[],
  change: (flag: string, value: string) => readonly string[] | undefined,
): readonly string[] {
  const out: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const [, name, joined] = /^(--?[a-z-]+)=(.*)$/s.exec(arg) ?? [];
    const value = joined ?? args[at + 1];
    const changed = arg.startsWith('-') && value !== undefined ? change(name ?? arg, value) : undefined;
    out.push(...(changed ?? [arg]));
    at += changed && joined === undefined ? 1 : 0;
  }
  return out;
}

function renamed(args: readonly string[], flags: readonly string[], to: string): readonly string[] {
  return replaceFlags(args, (flag, value) => (flags.includes(flag) ? [to, value] : undefined));
}

/** Splits the arguments into the value of a flag and the rest. */
function splitFlag(
  args: readonly string[],
  flags: readonly string[],
): readonly [string | undefined, readonly string[]] {
  let found: string | undefined;
  const others = replaceFlags(args, (flag, value) => {
    if (!flags.includes(flag)) {
      return undefined;
    }
    found = value;
    return [];
  });
  return [found, others];
}

function rejectRemoved(why: string, instead: string): never {
  throw new LoomError(`The earlier Loom had this command; now ${why}.`, `Use ${instead}.`, EXIT.usage);
}
