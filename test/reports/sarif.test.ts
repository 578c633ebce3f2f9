import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RULE_IDS } from '../../src/core/rules.js';
import { reportOf } from '../../src/reports/report.js';
import { sarif } from '../../src/reports/sarif.js';
import { ABOUT, finding, findings } from './findings.js';

/** The schema of the standard, from a package of its authors. */
const schema = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const ajv = new Ajv.default({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(schema);

const runOf = (...given: Parameters<typeof reportOf>) => JSON.parse(sarif(reportOf(...given))).runs[0];

it('follows the schema of the standard for any findings', () => {
  fc.assert(
    fc.property(findings, fc.constantFrom('.', 'apps/mcp'), (found, dir) => {
      const log = JSON.parse(sarif(reportOf(found, dir, ABOUT)));
      expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
    }),
  );
  expect(isSarif({ version: '2.1.0', runs: [{}] })).toBe(false);
});

it('names files by URIs, relative to the repository', () => {
  const [result] = runOf([finding({ file: 'src/a b#%.ts' })], 'apps/mcp', ABOUT).results;
  expect(result.locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'apps/mcp/src/a%20b%23%25.ts', uriBaseId: '%SRCROOT%' },
    region: { startLine: 7 },
  });
  const shared = runOf([finding({ file: '../../packages/tools/x.ts' })], 'apps/mcp', ABOUT).results[0];
  expect(shared.locations[0].physicalLocation.artifactLocation.uri).toBe('packages/tools/x.ts');
});

it('gives each rule a page, and each result its rule and level', () => {
  const { tool, results } = runOf(
    [finding(), finding({ rule: 'wrangler/pages', level: 'warning' }), finding({ level: 'info' })],
    '.',
    ABOUT,
  );
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(RULE_IDS);
  for (const { id, help, helpUri } of tool.driver.rules) {
    expect(help).toEqual({ text: `What ${id} means.`, markdown: `What ${id} means.` });
    // A link would lead to any package with this name in the registry.
    expect(helpUri).toBeUndefined();
  }
  expect(tool.driver.informationUri).toBeUndefined();
  expect(results.map(({ level }: { level: string }) => level)).toEqual(['error', 'warning', 'note']);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
});

it('recognises a finding after lines move, and distinguishes equal findings', () => {
  const prints = (...found: ReturnType<typeof finding>[]) =>
    runOf(found, '.', ABOUT).results.map((result: { partialFingerprints: object }) =>
      Object.values(result.partialFingerprints).join(),
    );
  expect(prints(finding({ line: 7 }))).toEqual(prints(finding({ line: 70 })));
  expect(new Set(prints(finding(), finding({ line: 9 }), finding({ file: 'b.ts' }))).size).toBe(3);
});
