import { useState } from 'preact/hooks';
import { stepName, tickName } from '../format.js';
import { useWidth } from './measure.js';
import { formatOf, type Metric, type Series, stepFigure, ticks } from './series.js';

interface StackedProps {
  /** Unix ms of each bar's start. */
  readonly steps: readonly number[];
  readonly widthMs: number;
  readonly series: readonly Series[];
  /** Description for screen readers. The table has the figures. */
  readonly label: string;
  readonly metric: Metric;
  readonly height?: number;
}

const LEFT = 56;
const BOTTOM = 22;
const TOP = 10;
const LABEL = 72;
/** Half the width of a long label at the right edge. */
const LABEL_HALF = 28;
const TIP = 220;

/** A bar for each step of time, stacked by key. */
export function Stacked({ steps, widthMs, series, label, metric, height = 220 }: StackedProps) {
  const format = formatOf(metric);
  const [box, width] = useWidth();
  const [pointed, setPointed] = useState<number | null>(null);
  const sums = steps.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  const marks = ticks(Math.max(...sums, 0));
  const max = marks.at(-1) || 1;
  const plot = { width: Math.max(0, width - LEFT), height: height - TOP - BOTTOM };
  const step = plot.width / Math.max(1, steps.length);
  const bar = Math.max(1, Math.min(36, step * 0.72));
  const y = (value: number) => TOP + plot.height * (1 - value / max);
  const every = Math.max(1, Math.ceil(LABEL / Math.max(1, step)));
  const point = (event: PointerEvent) => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    const at = Math.floor((event.clientX - left - LEFT) / step);
    setPointed(at >= 0 && at < steps.length ? at : null);
  };

  return (
    <div class="chart" ref={box} onPointerMove={point} onPointerLeave={() => setPointed(null)}>
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height}>
          {marks.map((mark) => (
            <g key={mark}>
              <line class="grid" x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} />
              <text class="tick" x={LEFT - 8} y={y(mark) + 4} text-anchor="end">
                {format(mark)}
              </text>
            </g>
          ))}
          {pointed !== null && (
            <rect class="pointed" x={LEFT + pointed * step} y={TOP} width={step} height={plot.height} />
          )}
          {steps.map((start, at) => (
            <g key={start}>
              {stack(series, at).map(({ color, key, from, to }) => (
                <rect
                  key={key}
                  class={color}
                  x={LEFT + at * step + (step - bar) / 2}
                  width={bar}
                  y={y(to)}
                  height={Math.max(0, y(from) - y(to) - (from > 0 ? 1 : 0))}
                />
              ))}
              {(steps.length - 1 - at) % every === 0 && (
                <text
                  class="tick"
                  x={Math.min(LEFT + (at + 0.5) * step, width - LABEL_HALF)}
                  y={height - 6}
                  text-anchor="middle"
                >
                  {tickName(start, widthMs)}
                </text>
              )}
            </g>
          ))}
        </svg>
      )}
      {pointed !== null && (
        <div
          class="tip"
          aria-hidden="true"
          style={{
            left: `${Math.min(Math.max(0, LEFT + (pointed + 1) * step), Math.max(0, width - TIP))}px`,
          }}
        >
          <p>
            {stepName(steps[pointed] ?? 0, widthMs)} <b>{stepFigure(series, metric, pointed)}</b>
          </p>
          {series
            .filter(({ values, unpricedIn }) => (values[pointed] ?? unpricedIn[pointed] ?? 0) > 0)
            .map((one) => (
              <p key={one.key}>
                <span class={`swatch ${one.color}`} />
                <span class="tip-key">{one.key}</span> {stepFigure([one], metric, pointed)}
              </p>
            ))}
        </div>
      )}
    </div>
  );
}

interface Piece {
  readonly key: string;
  readonly color: string;
  readonly from: number;
  readonly to: number;
}

function stack(series: readonly Series[], at: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { key, color, values } of series) {
    const to = from + (values[at] ?? 0);
    if (to > from) pieces.push({ key, color, from, to });
    from = to;
  }
  return pieces;
}
