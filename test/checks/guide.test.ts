import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ignoreComments } from '../../src/core/ignore-comments.js';
import { isRuleId, isSetting, RULE_IDS, rulePage } from '../../src/core/rules.js';
import { root } from '../harness/root.js';

const GUIDE = 'docs/guides/ci.md';

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocks(path: string): Block[] {
  const page = readFileSync(join(root, path), 'utf8');
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

describe('the examples of the guide', () => {
  it('are comments that silence a finding', () => {
    for (const language of ['ts', 'jsonc', 'toml']) {
      const shown = blocks(GUIDE).find((block) => block.language === language);
      const [comment] = ignoreComments(`a.${language}`, shown?.text ?? '');
      expect(isRuleId(comment?.rule ?? '')).toBe(true);
      expect(comment?.reason).not.toBe('');
      expect(comment?.lines).toHaveLength(2);
    }
  });

  it('are valid settings and YAML', () => {
    const { settings } = JSON.parse(`{${blocks(GUIDE).find(({ language }) => language === 'json')?.text}}`);
    for (const [id, setting] of Object.entries(settings.rules)) {
      expect(isRuleId(id)).toBe(true);
      expect(isSetting(setting)).toBe(true);
    }
    for (const { text } of blocks(GUIDE).filter(({ language }) => language === 'yaml')) parse(text);
  });
});

it('the comments on the pages of rules work', () => {
  const broken = new Set(['check/ignore-without-reason']);
  for (const id of RULE_IDS.filter((one) => !broken.has(one))) {
    const comments = blocks(rulePage(id)).flatMap(({ text }) => ignoreComments('a.ts', text));
    for (const { rule, reason } of comments) {
      expect(isRuleId(rule)).toBe(true);
      expect(reason).not.toBe('');
    }
  }
});
