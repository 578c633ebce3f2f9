import { nodes } from './node.js';
import { deliver } from './schedule.js';
import { scoreJson } from './score-json.js';
import { currentSettings } from './settings.js';
import type { ScoreOptions, ScoreTarget } from './types.js';
import { safely } from './warn.js';

/**
 * Scores a trace, an observation or a session, now or later, here or elsewhere: a trace id that was kept, for a
 * user's feedback, is enough. Scores of a running trace travel with it.
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
