import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splice } from '../../src/core/edits.js';
import { planTools } from '../../src/plan/tools/plan-tools.js';
import { readSource } from '../../src/rewrite/read-source.js';
import { untraceTools } from '../../src/rewrite/untrace-tools.js';

const INTENT = { fallbackName: 'notes', aiBinding: 'AI', tasks: new Map(), includeUnreachable: false };
const TOOL = "server.tool('add', async () => ({ content: [] }));\n";
const OURS =
  "import { createTrace } from '@create-something/observability';\nimport { mcpToolMetadata } from '@create-something/observability/atlas';\n";

function traced(text: string): string {
  const { changes } = planTools([{ path: 'src/index.ts', text, reachable: true }], INTENT);
  const [change] = changes;
  return change?.action === 'modify' ? splice(text, change.edits) : text;
}

function untraced(text: string): string {
  const reading = readSource('src/index.ts', text, INTENT);
  return splice(
    text,
    untraceTools(reading, () => false),
  );
}

const HEADERS = {
  'a licence in lines': '// Copyright (c) 2026 Somebody\n// SPDX-License-Identifier: MIT\n',
  'a licence of many lines': '// The MIT License\n//\n// Permission is granted, free of charge\n',
  'a licence in a block': '/*!\n * Copyright 2026 Somebody\n */\n',
  'a hashbang': '#!/usr/bin/env node\n',
  'a disabled check': '// @ts-nocheck\n',
  'a reference': '/// <reference types="@cloudflare/workers-types" />\n',
  'a directive': "'use strict';\n",
  'a disabled linter': '/* eslint-disable no-console */\n',
  'a description of the file': '/**\n * @fileoverview The server.\n */\n',
  'hashbang and licence': '#!/usr/bin/env node\n// Copyright 2026 Somebody\n',
  'hashbang and a disabled check': '#!/usr/bin/env node\n// @ts-nocheck\n',
  'a byte order mark and a licence': '\uFEFF/* Copyright 2026 Somebody */\n',
  'hashbang, licence and directive': "#!/usr/bin/env node\n// Copyright 2026 Somebody\n'use strict';\n",
};

describe.each(Object.entries(HEADERS))('below %s', (_, header) => {
  it('are our imports in a file without imports', () => {
    const text = header + TOOL;
    expect(traced(text).startsWith(`${header}${OURS}\n`)).toBe(true);
    expect(untraced(traced(text))).toBe(text);
  });

  it('are our imports, in order with the existing one', () => {
    const text = `${header}import { z } from 'zod';\n${TOOL}`;
    expect(traced(text).startsWith(`${header}${OURS}import { z } from 'zod';\n`)).toBe(true);
    expect(untraced(traced(text))).toBe(text);
  });
});

const DIRECTIVES = [
  '// @ts-expect-error it has no types',
  '// @ts-ignore',
  '// eslint-disable-next-line import/no-unresolved',
  '// biome-ignore lint/style/useImportType: needed',
  '/* prettier-ignore */',
];
const TRAILS = ['', ' // identity', ' /* one */ // two', ';', '\t'];

it('are never between a comment and its import', () => {
  const imports = fc.uniqueArray(
    fc.constantFrom('untyped', 'alpha', '@z/last', '@a/first', 'node:fs', './own'),
    { minLength: 1 },
  );
  const sample = fc.tuple(
    imports,
    fc.infiniteStream(fc.constantFrom(...DIRECTIVES, '')),
    fc.infiniteStream(fc.constantFrom(...TRAILS)),
  );
  fc.assert(
    fc.property(sample, ([names, directives, trails]) => {
      const lines = names.map((name, index) => {
        const directive = directives.next().value as string;
        return `${directive}${directive && '\n'}import { x${index} } from '${name}';${trails.next().value}\n`;
      });
      const text = `${lines.join('')}\n${TOOL}`;
      const after = traced(text);
      for (const line of lines) expect(after).toContain(line);
      expect(untraced(after)).toBe(text);
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['single', "const a = 'x';\nconst b = 'y';\nconst c = \"z\";\n", "'@create-something/observability'"],
  ['double', 'const a = "x";\nconst b = "y";\nconst c = \'z\';\n', '"@create-something/observability"'],
])('use the %s quotes of most strings in the file', (_, strings, quoted) => {
  const after = traced(`${strings}server.tool("add", async () => ({ content: [] }));\n`);
  expect(after).toContain(`from ${quoted}`);
  expect(after).toContain(quoted.startsWith("'") ? "'notes:add'" : '"notes:add"');
});

it.each([
  ['a comment', '/* the server */'],
  ['two comments', '/* the server */ /* of notes */'],
  ['a directive comment', '/* @ts-ignore */'],
])('leave %s on the line of the import that it belongs to', (_, comment) => {
  const text = `${comment} import { z } from 'zod';\n\n${TOOL}`;
  const after = traced(text);
  expect(after.startsWith(`${OURS}${comment} import { z } from 'zod';\n`)).toBe(true);
  expect(untraced(after)).toBe(text);
});
