import type { ToolView } from '../../src/dashboard/contract/tools.js';
import { count, duration, plural } from '../format.js';

/** Durations of calls on a logarithmic scale, fastest first. */
export function Histogram({ of }: { of: ToolView['histogram'] }) {
  const most = Math.max(1, ...of.map(({ calls }) => calls));
  return (
    <ol class="histogram">
      {of.map(({ fromMs, toMs, calls }) => (
        <li key={fromMs} title={`${plural(calls, 'call')} took ${duration(fromMs)} to ${duration(toMs)}`}>
          <span class="histogram-from">{duration(fromMs)}</span>
          <span class="histogram-bar" style={{ width: `${(calls / most) * 100}%` }} />
          <span class="faint">{calls > 0 ? count(calls) : ''}</span>
        </li>
      ))}
    </ol>
  );
}
