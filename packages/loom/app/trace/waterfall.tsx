import { useState } from 'preact/hooks';
import { count, duration, priced, short } from '../format.js';
import { Icon } from '../parts/icon.js';
import { cut } from '../parts/rows.js';
import { type Axis, axisOf, type Layer, type TimelineSpan } from './timeline.js';

const SHOWN = 300;
const DEEPEST = 12;
const INDENT = 14;
/** A shorter axis would show nothing. */
const LEAST_AXIS_MS = 1;
/** If the bar ends before this percentage, its label fits behind it. */
const LABEL_ROOM = 78;
const MARKS = [0, 0.25, 0.5, 0.75];

export const LAYERS: Readonly<Record<Layer, string>> = {
  ours: 'Tool call',
  generation: 'Generation',
  platform: 'Platform',
};

interface WaterfallProps {
  readonly spans: readonly TimelineSpan[];
  readonly chosen: string | null;
  readonly choose: (key: string) => void;
}

export function Waterfall({ spans, chosen, choose }: WaterfallProps) {
  const [shown, setShown] = useState(SHOWN);
  const axis = axisOf(spans);
  return (
    <div class="waterfall">
      {axis.ms >= LEAST_AXIS_MS && (
        <div class="axis" aria-hidden="true">
          {MARKS.map((mark) => (
            <span key={mark} style={{ left: `${mark * 100}%` }}>
              {mark === 0 ? '0' : duration(axis.ms * mark)}
            </span>
          ))}
          <span class="axis-end">{duration(axis.ms)}</span>
        </div>
      )}
      <ol>
        {spans.slice(0, shown).map((span) => (
          <li key={span.key}>
            <Bar span={span} axis={axis} isChosen={span.key === chosen} choose={choose} />
          </li>
        ))}
      </ol>
      {spans.length > shown && (
        <button type="button" class="quiet" onClick={() => setShown(spans.length)}>
          Show all {count(spans.length)} spans
        </button>
      )}
    </div>
  );
}

interface BarProps {
  readonly span: TimelineSpan;
  readonly axis: Axis;
  readonly isChosen: boolean;
  readonly choose: (key: string) => void;
}

function Bar({ span, axis, isChosen, choose }: BarProps) {
  const offset = span.startedAt - axis.from;
  const left = (offset / axis.ms) * 100;
  const width = ((span.durationMs ?? 0) / axis.ms) * 100;
  // The label is behind the bar, or before it, or inside if the bar takes most of the track.
  const isInside = left + width > LABEL_ROOM && left < 100 - LABEL_ROOM;
  const labelAt =
    left + width <= LABEL_ROOM
      ? { left: `${left + width}%` }
      : { right: `${isInside ? Math.max(0, 100 - left - width) : 100 - left}%` };
  return (
    <button
      type="button"
      data-row
      class={`span ${span.layer}${span.failed ? ' failed' : ''}`}
      aria-current={isChosen ? 'true' : undefined}
      onClick={() => choose(span.key)}
    >
      <span class="span-name" style={{ paddingLeft: `${Math.min(span.depth, DEEPEST) * INDENT}px` }}>
        <Icon
          name={span.failed ? 'error' : span.icon}
          label={span.failed ? `Failed ${span.kind}` : span.kind}
        />
        <span class="span-title">{cut(span.name || span.kind, 80)}</span>
        <span class="span-note">{noteOf(span)}</span>
      </span>
      <span class="track">
        <span class="mark" style={{ left: `${left}%`, width: `${width}%` }} />
        <span class={`span-ms${isInside ? ' inside' : ''}`} style={labelAt}>
          <span class="spoken">took </span>
          {duration(span.durationMs)}
          <span class="spoken">, began at {duration(offset)}</span>
        </span>
      </span>
    </button>
  );
}

function noteOf({ observation, platform }: TimelineSpan): string {
  if (platform)
    return cut(
      platform.facts
        .slice(0, 2)
        .map(({ value }) => value)
        .join(' · '),
      80,
    );
  if (!observation?.model) return observation && observation.duplicates > 0 ? 'sent more than once' : '';
  const tokens = tokensOf(observation.usage);
  const unpriced = observation.costBasis === 'unpriced' ? 1 : 0;
  const parts = [cut(observation.model, 40), tokens > 0 ? `${short(tokens)} tok` : ''];
  if (observation.micros !== null || unpriced)
    parts.push(priced(observation.micros, observation.micros === null ? unpriced : 0));
  return parts.filter(Boolean).join(' · ');
}

function tokensOf(usage: Readonly<Record<string, number>> | null): number {
  if (!usage) return 0;
  return usage['total'] ?? (usage['input'] ?? 0) + (usage['output'] ?? 0);
}

/** The legend of the colours, with the number of spans. */
export function Legend({ spans }: { spans: readonly TimelineSpan[] }) {
  return (
    <ul class="legend">
      {Object.entries(LAYERS).map(([layer, name]) => {
        const own = spans.filter((span) => span.layer === layer).length;
        return own > 0 ? (
          <li key={layer}>
            <span class={`swatch ${layer}`} /> {name} <span class="faint">{count(own)}</span>
          </li>
        ) : null;
      })}
    </ul>
  );
}
