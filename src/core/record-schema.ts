import * as z from 'zod/mini';
import { AGENT_FILES } from './agent-files.js';
import { LAYERS } from './layers.js';

export const RUNTIME_SOURCES = ['registry', 'workspace', 'vendor', 'packages'] as const;

/** The name of a function, or the last name of a method call. */
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
    'Names of Cloudflare destinations that also get the traces.',
  ),
  server: described(
    z.exactOptional(z.string()),
    "The team's server: the name of a Worker of the same account, or its address.",
  ),
  redactQueryString: described(z.exactOptional(z.literal(true)), 'Keep query strings out of recorded URLs.'),
  keepDisabled: described(
    z.exactOptional(z.literal(true)),
    'Keep traces off where the config disables them.',
  ),
  agentFiles: described(
    z.exactOptional(z.array(z.enum(AGENT_FILES))),
    'Files that were written for coding agents.',
  ),
  registrars: described(z.exactOptional(registrars), 'Names of your functions that register tools.'),
  rules: described(
    z.exactOptional(rules),
    'Levels of the rules of `check`, by id: off, info, warning or error.',
  ),
};

const undoStep = z.object({
  at: described(z.number().check(z.int()), 'Offset in UTF-16 units, in the file that init wrote.'),
  now: described(z.string(), 'The text that init wrote.'),
  was: described(z.exactOptional(z.string()), 'The text before init; empty when missing.'),
});

const ledgerEntry = z.object({
  hash: described(z.string(), 'SHA-256 of the file that init wrote.'),
  created: described(z.exactOptional(z.literal(true)), 'init created the file.'),
  from: described(
    z.exactOptional(z.string()),
    "SHA-256 of the text before the project's formatter changed it.",
  ),
  before: described(z.exactOptional(z.string()), 'Git object id of the file before init.'),
  undo: described(z.exactOptional(z.array(undoStep)), 'The edits that undo init.'),
});

/** Format of `observe.json` since version 2. The published JSON Schema is generated from it. */
export const recordSchema = described(
  z.object({
    $schema: z.exactOptional(z.string()),
    version: z.literal(2),
    settings: described(z.object(settings), 'Settings that you may edit; init keeps them.'),
    rules: described(z.exactOptional(rules), 'Setting of version 1; init moves it into settings.'),
    own: described(
      z.exactOptional(ownTools),
      'Tools that were traced before init, by source file; remove keeps those traces.',
    ),
    ledger: described(
      z.record(z.string(), ledgerEntry),
      'Undo data for remove, by path from this folder. Source files need none.',
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
