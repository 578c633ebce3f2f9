import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inferTask } from '../../src/atlas/infer-task.js';
import { VERBS, WEAK_VERBS } from '../../src/atlas/verbs.js';
import { isAiTask } from '../../src/atlas/vocabulary.js';

describe('by the name', () => {
  test.each([
    ['gmail_search_messages', 'extract'],
    ['pcn_get_pattern_details', 'extract'],
    ['ha_light_turn_on', 'orchestrate'],
    ['calc_cosine', 'transform'],
    ['word_stats', 'analyze'],
    ['encode', 'transform'],
    ['add_note', 'orchestrate'],
    ['list_tests', 'extract'],
    ['get_usage_stats_for_project', 'analyze'],
    ['get_forecast', 'predict'],
    ['list_forecasts', 'extract'],
    ['delete_forecast', 'orchestrate'],
    ['get_suggested_meals', 'recommend'],
    ['generate_summary', 'summarize'],
    ['run_query', 'extract'],
    ['saved_search_delete', 'orchestrate'],
    ['trigger-get', 'extract'],
    ['mark_as_read', 'orchestrate'],
    ['ownerInfo', 'extract'],
    ['recent_orders', 'extract'],
    ['order_history', 'extract'],
    ['order_pizza', 'orchestrate'],
    ['report_bug', 'orchestrate'],
    ['server_health', 'verify'],
    ['getURLInfo', 'extract'],
    ['frobnicate', 'orchestrate'],
    ['', 'orchestrate'],
  ])('%s: %s', (name, task) => {
    expect(inferTask({ name })).toBe(task);
  });

  const verb = fc.constantFrom(...VERBS.keys());
  const nouns = fc.array(fc.constantFrom('ticket', 'user', 'board', 'page'), { minLength: 1, maxLength: 3 });

  test('neither the style of writing nor a prefix changes the task', () => {
    fc.assert(
      fc.property(verb, nouns, (act, object) => {
        const words = [act, ...object];
        const camel = words
          .map((word, at) => (at ? word.charAt(0).toUpperCase() + word.slice(1) : word))
          .join('');
        const names = [words.join('_'), words.join('-'), camel, `zendesk_${words.join('_')}`];

        expect(new Set(names.map((name) => inferTask({ name })))).toEqual(new Set([VERBS.get(act)]));
      }),
    );
  });

  test('any name and any description get a term of the vocabulary', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (name, description) => {
        expect(isAiTask(inferTask({ name, description }))).toBe(true);
      }),
    );
  });
});

describe('by the description', () => {
  test('decides where the name has no certain verb', () => {
    expect(inferTask({ name: 'seo', description: 'Analyzes a page for search engines.' })).toBe('analyze');
    expect(inferTask({ name: 'wiper', description: 'This tool will permanently delete a disk' })).toBe(
      'orchestrate',
    );
  });

  test('sharpens a verb that only asks, and no other', () => {
    const description = 'Predicts the range of a trip.';

    expect(inferTask({ name: 'get_range', description })).toBe('predict');
    expect(inferTask({ name: 'list_ranges', description })).toBe('extract');
    expect(inferTask({ name: 'set_range', description })).toBe('orchestrate');
  });

  test('does not turn a question for a status into a check', () => {
    expect(inferTask({ name: 'get_order', description: 'Check the status of an order' })).toBe('extract');
  });
});

describe('by the hints', () => {
  test('a tool that only reads does not act on the world', () => {
    expect(inferTask({ name: 'tesla_frunk', readOnly: true })).toBe('extract');
    expect(inferTask({ name: 'create_poem', readOnly: true })).toBe('generate');
    expect(inferTask({ name: 'validate_poem', readOnly: true })).toBe('verify');
  });

  test('a tool that destroys does not merely read', () => {
    expect(inferTask({ name: 'query_archive', destructive: true })).toBe('orchestrate');
    expect(inferTask({ name: 'query_archive', destructive: true, readOnly: true })).toBe('extract');
  });

  test('a noun phrase of a tool that writes is no reading', () => {
    expect(inferTask({ name: 'page_settings', readOnly: false })).toBe('orchestrate');
    expect(inferTask({ name: 'page_settings' })).toBe('extract');
  });
});

test('no verb is both certain and weak', () => {
  expect([...VERBS.keys()].filter((word) => WEAK_VERBS.has(word))).toEqual([]);
});
