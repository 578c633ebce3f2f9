import { nodes } from './node.js';
import { deliver } from './schedule.js';
import { scoreJson } from './score-json.js';
import { currentSettings } from './settings.js';
import type { ScoreOptions, ScoreTarget } from './types.js';
import { safely } from './warn.js';

/**
 * Scores a trace, an observation or a session. A stored trace id is enough, for example for a user's later
 * feedback. Scores of a running trace are sent with it.
 */
export function recordScore(target: ScoreTarget, score: ScoreOptions): void {
  safely(() => {
    const node = typeof target === 'object' && nodes.get(target);
    const settings = currentSettings();
    if (node) return node.score(score);
    if (!settings || (typeof target === 'object' && 'run' in target)) return;
    const about = typeof target === 'string' ? { traceId: target } : target;
    void deliver({ settings, spans: [], scores: [scoreJson(settings, about, score)] });
  });
}
