import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type ObserveRecord, readRecord, writeRecord } from '../../src/core/record.js';
import { recordSchema } from '../../src/core/record-schema.js';
import { root } from '../harness/root.js';

const PUBLISHED = join(root, 'schemas/observe.schema.json');

const RECORD: ObserveRecord = {
  layers: ['cloudflare', 'langfuse', 'loom'],
  runtime: 'registry',
  sampling: 0.1,
  agentFiles: ['claude-skill', 'agents-md'],
  registrars: ['accountTool', 'addToolWithAVeryLongName', 'anotherRegistrarOfThisProject'],
  rules: { 'langfuse/tool-manual': 'off' },
  own: { 'src/index.ts': ['add'] },
  files: {
    '.loom/sync.mjs': { hash: 'a'.repeat(64), created: true, from: 'b'.repeat(64) },
    'package-lock.json': { hash: 'c'.repeat(64), before: 'd'.repeat(40) },
    'wrangler.jsonc': {
      hash: 'e'.repeat(64),
      undo: [
        { at: 12, now: ',\n  "observability": {}', was: '' },
        { at: 90, now: 'true', was: 'false' },
      ],
    },
  },
};

/** `UPDATE_SCHEMAS=1 npx vitest run test/core` writes the published one. */
it('is the schema that the program checks', () => {
  const made = {
    $id: 'https://unpkg.com/create-something-observe/schemas/observe.schema.json',
    title: 'observe.json of create-something-observe',
    ...z.toJSONSchema(recordSchema, { target: 'draft-2020-12', io: 'input' }),
  };
  if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(PUBLISHED, JSON.stringify(made, null, 2));
  expect(JSON.parse(readFileSync(PUBLISHED, 'utf8'))).toEqual(JSON.parse(JSON.stringify(made)));
});

it('describes what is written', () => {
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(PUBLISHED, 'utf8')));
  validate(JSON.parse(writeRecord(RECORD)));
  expect(validate.errors).toBeNull();
});

it('is the same after writing and reading', () => {
  expect(readRecord(writeRecord(RECORD))).toEqual(RECORD);
});

it('reads version 1', () => {
  const first = {
    version: 1,
    layers: ['loom'],
    runtime: 'vendor',
    sampling: 1,
    keepDisabled: true,
    rules: { 'langfuse/tool-manual': 'off' },
    files: { a: { hash: 'x', created: true }, b: { hash: 'y', undo: [{ at: 0, now: 'n', was: '' }] } },
  };
  const { version: _, ...expected } = first;
  expect(readRecord(JSON.stringify(first))).toEqual(expected);
});

it('reports the place of an error in a record', () => {
  const text = writeRecord(RECORD).replace('"registry"', '"somewhere"');
  expect(() => readRecord(text)).toThrow("observe.json can't be read at settings.runtime");
});
