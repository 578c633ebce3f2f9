import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ReleaseMark } from '../../src/dashboard/contract/measures.js';
import { tickName } from '../format.js';
import { colorOf, useThemeVersion } from './colors.js';
import { useWidth } from './measure.js';

export interface Line {
  readonly name: string;
  /** A colour of the theme, such as `--s0`. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  /** The previous period: drawn thin and dashed. */
  readonly isGhost?: boolean;
  readonly isFilled?: boolean;
}

interface CurveProps {
  /** Unix ms of each value. */
  readonly at: readonly number[];
  readonly to: number;
  readonly lines: readonly Line[];
  readonly releases: readonly ReleaseMark[];
  readonly format: (value: number) => string;
  /** Description for screen readers. */
  readonly label: string;
  readonly brush: (from: number, to: number) => void;
}

const HEIGHT = 156;
const AXIS_WIDTH = 62;
const FONT = '11px system-ui, sans-serif';
/** A drag shorter than this is a click. */
const LEAST_PX = 6;
/** Charts with the same key move their cursors together. */
const SYNC = 'curves';

/** Curves over time. Drag to select a period. The table below the charts has the figures. */
export function Curve(props: CurveProps) {
  const [box, width] = useWidth();
  const theme = useThemeVersion();
  const plot = useRef<uPlot | null>(null);
  const brush = useRef(props.brush);
  brush.current = props.brush;

  const shape = props.lines.map(({ name, isGhost }) => `${name} ${isGhost}`).join();
  useEffect(() => {
    const element = box.current;
    if (!element || width === 0) return;
    const chart = new uPlot(optionsOf(props, element, width, brush), dataOf(props), element);
    plot.current = chart;
    return () => {
      chart.destroy();
      plot.current = null;
    };
  }, [width > 0, theme, shape, props.releases.map(({ at }) => at).join(), box]);

  useEffect(() => {
    plot.current?.setData(dataOf(props));
  }, [props]);
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height: HEIGHT });
  }, [width]);

  return <div class="curve" role="img" aria-label={props.label} ref={box} />;
}

function dataOf({ at, lines }: CurveProps): uPlot.AlignedData {
  return [at.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])];
}

function optionsOf(
  { lines, releases, format, to }: CurveProps,
  element: HTMLElement,
  width: number,
  brush: { readonly current: (from: number, to: number) => void },
): uPlot.Options {
  const [text, grid] = ['--soft', '--line'].map((name) => colorOf(element, name));
  const axis = {
    stroke: text ?? '',
    font: FONT,
    grid: { stroke: grid ?? '', width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: SYNC },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
    },
    scales: {
      x: { time: true, range: (_, from, last) => [from, Math.max(last, to / 1000)] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 72,
        values: (_, ticks, __, ___, step) => ticks.map((tick) => tickName(tick * 1000, step * 1000)),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        space: 28,
        values: (_, ticks) => ticks.map((tick) => (tick === 0 ? '0' : format(tick))),
      },
    ],
    series: [
      {},
      ...lines.map(({ name, color, isGhost = false, isFilled = false }): uPlot.Series => {
        const stroke = colorOf(element, color);
        return {
          label: name,
          stroke,
          width: isGhost ? 1 : 1.75,
          spanGaps: false,
          points: { size: 4, fill: stroke, filter: alone },
          ...(isGhost ? { dash: [3, 4] } : {}),
          ...(isFilled ? { fill: withAlpha(stroke) } : {}),
        };
      }),
    ],
    hooks: {
      draw: [(chart) => drawReleases(chart, releases, text ?? '')],
      setSelect: [
        (chart) => {
          const { left, width: wide } = chart.select;
          if (wide < LEAST_PX) return;
          const moment = (px: number) => Math.round(chart.posToVal(px, 'x') * 1000);
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          brush.current(moment(left), moment(left + wide));
        },
      ],
    },
  };
}

/** Single points between gaps. A line would not show them. */
function alone(chart: uPlot, series: number): number[] {
  const values = chart.data[series] ?? [];
  const isGap = (at: number) => values[at] === null || values[at] === undefined;
  return [...values.keys()].filter((at) => !isGap(at) && isGap(at - 1) && isGap(at + 1));
}

function withAlpha(color: string): string {
  return `color-mix(in srgb, ${color} 14%, transparent)`;
}

/** A vertical line at each release's first appearance, with its name if it fits. */
function drawReleases(chart: uPlot, releases: readonly ReleaseMark[], color: string): void {
  const { ctx, bbox } = chart;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.setLineDash([2 * scale, 3 * scale]);
  let free = 0;
  for (const { release, at } of releases) {
    const x = chart.valToPos(at / 1000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const name = release.length > 16 ? `${release.slice(0, 15)}…` : release;
    const wide = ctx.measureText(name).width;
    const isRight = x + wide + 6 * scale < bbox.left + bbox.width;
    const left = isRight ? x + 4 * scale : x - wide - 4 * scale;
    if (left < free) continue;
    ctx.fillText(name, left, bbox.top + 11 * scale);
    free = left + wide + 8 * scale;
  }
  ctx.restore();
}
