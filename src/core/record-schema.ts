import * as z from 'zod/mini';
import { AGENT_FILES } from './agent-files.js';
import { LAYERS } from './layers.js';

export const RUNTIME_SOURCES = ['registry', 'workspace', 'vendor', 'packages'] as const;

/** The name of a function or a method, the last one of what is called. */
export const REGISTRAR = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

const described = <T extends z.core.$ZodType>(schema: T, description: string): T => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

const ownTools = z.record(z.string(), z.array(z.string()));
const rules = z.unknown();
const registrars = z.array(z.string().check(z.regex(REGISTRAR)));

const settings = {
  layers: described(z.array(z.enum(LAYERS)), 'What is set up.'),
  runtime: described(
    z.enum(RUNTIME_SOURCES),
    'Where the runtime package comes from; `packages` is a folder of tarballs.',
  ),
  sampling: described(z.number(), 'Share of requests that Cloudflare traces, 0 to 1.'),
  destinations: described(
    z.exactOptional(z.array(z.string())),
    "Destinations of Cloudflare's dashboard that traces are sent to as well, by name.",
  ),
  server: described(
    z.exactOptional(z.string()),
    "The team's server: the name of a Worker of the same account, or its address.",
  ),
  redactQueryString: described(
    z.exactOptional(z.literal(true)),
    'Query strings were asked to stay out of recorded URLs.',
  ),
  keepDisabled: described(
    z.exactOptional(z.literal(true)),
    'What somebody switched off in the config was asked to stay off.',
  ),
  agentFiles: described(z.exactOptional(z.array(z.enum(AGENT_FILES))), 'What was written for coding agents.'),
  registrars: described(
    z.exactOptional(registrars),
    'Functions of the project that register tools, by name.',
  ),
  rules: described(
    z.exactOptional(rules),
    'Levels of the rules of `check`, by id: off, info, warning or error.',
  ),
};

const undoStep = z.object({
  at: described(z.number().check(z.int()), 'Where, in UTF-16 units, in the file as init left it.'),
  now: described(z.string(), 'What init left there.'),
  was: described(z.exactOptional(z.string()), 'What stood there before; nothing when not given.'),
});

const ledgerEntry = z.object({
  hash: described(z.string(), 'SHA-256 of the file as init left it.'),
  created: described(z.exactOptional(z.literal(true)), 'init made the file.'),
  from: described(
    z.exactOptional(z.string()),
    "SHA-256 of what init meant to write, where the project's formatter laid it out anew.",
  ),
  before: described(z.exactOptional(z.string()), 'The git object that the file was before init.'),
  undo: described(z.exactOptional(z.array(undoStep)), 'What to put back.'),
});

/** What `observe.json` says since version 2. The published JSON Schema is made of it. */
export const recordSchema = described(
  z.object({
    $schema: z.exactOptional(z.string()),
    version: z.literal(2),
    settings: described(z.object(settings), 'What people may edit; init keeps it.'),
    rules: described(z.exactOptional(rules), 'As version 1 had it; init moves it into settings.'),
    own: described(
      z.exactOptional(ownTools),
      'Tools that had a trace of their own before init, by source file: remove leaves those traces.',
    ),
    ledger: described(
      z.record(z.string(), ledgerEntry),
      'What remove needs to undo init, by path from the folder of this file. Sources are undone by their shape.',
    ),
  }),
  'How create-something-observe set this project up.',
);

/** Version 1 had everything on one level. */
export const firstRecordSchema = z.object({
  ...settings,
  version: z.literal(1),
  redactQueryString: z.exactOptional(z.unknown()),
  keepDisabled: z.exactOptional(z.unknown()),
  own: z.exactOptional(ownTools),
  files: z.record(
    z.string(),
    z.object({
      hash: z.string(),
      created: z.exactOptional(z.unknown()),
      undo: z.exactOptional(
        z.array(z.object({ at: z.number().check(z.int()), now: z.string(), was: z.string() })),
      ),
    }),
  ),
});
