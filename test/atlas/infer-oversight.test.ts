import { describe, expect, test } from 'vitest';
import { inferOversight } from '../../src/atlas/infer-oversight.js';

describe('a tool with hints', () => {
  test.each([
    [{ readOnlyHint: true }, 'none'],
    // The specification gives destructiveHint no meaning for a tool that only reads.
    [{ readOnlyHint: true, destructiveHint: true }, 'none'],
    [{ destructiveHint: true }, 'required'],
    [{ readOnlyHint: false, destructiveHint: true, idempotentHint: true }, 'required'],
    [{ readOnlyHint: false }, 'recommended'],
    [{ readOnlyHint: false, destructiveHint: false }, 'optional'],
    [{ destructiveHint: false, openWorldHint: true }, 'recommended'],
    [{ destructiveHint: false, openWorldHint: true, idempotentHint: true }, 'optional'],
    [{ destructiveHint: false, openWorldHint: false }, 'optional'],
  ] as const)('%j: %s', (hints, level) => {
    expect(inferOversight(hints, 'orchestrate', 'do_it')).toBe(level);
  });

  test('what its name says counts unless it only reads', () => {
    expect(inferOversight({ destructiveHint: false }, 'orchestrate', 'send_email')).toBe('recommended');
    expect(inferOversight({ readOnlyHint: true }, 'extract', 'delete_preview')).toBe('none');
  });
});

describe('a tool without hints', () => {
  test.each([
    'delete_user',
    'dropTable',
    'cache-purge',
    'gmail_send_message',
    'payInvoice',
    'stripe_charge_card',
  ])('%s: recommended', (name) => {
    expect(inferOversight(undefined, 'orchestrate', name)).toBe('recommended');
  });

  test.each(['get_deleted_users', 'list_send_errors', 'charge_history', 'search_payments'])(
    '%s: none',
    (name) => {
      expect(inferOversight(undefined, 'extract', name)).toBe('none');
    },
  );

  test.each(['open_charge_port', 'create_ticket'])('%s: optional', (name) => {
    expect(inferOversight(undefined, 'orchestrate', name)).toBe('optional');
  });

  test('is never taken for the worst case of the specification', () => {
    expect(inferOversight({}, 'orchestrate', 'create_ticket')).toBe('optional');
    expect(inferOversight({}, 'generate', 'write_poem')).toBe('optional');
    expect(inferOversight(undefined)).toBe('optional');
  });
});
