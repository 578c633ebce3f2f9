import type { Bin } from '../../src/dashboard/contract/routing.js';
import { plural, share } from '../format.js';
import { useWidth } from './measure.js';

const LEFT = 44;
const BOTTOM = 36;
const EDGE = 18;
const LARGEST = 380;
const MARKS = [0, 0.25, 0.5, 0.75, 1];

/** Forecast against outcome. On the diagonal, forecasts are exact. */
export function Calibration({ bins }: { bins: readonly Bin[] }) {
  const [box, available] = useWidth();
  const size = Math.min(available, LARGEST);
  const side = size - LEFT - EDGE;
  const height = side + BOTTOM + EDGE;
  const x = (value: number) => LEFT + value * side;
  const y = (value: number) => EDGE + (1 - value) * side;
  const most = Math.max(1, ...bins.map(({ decisions }) => decisions));
  return (
    <div class="chart" ref={box}>
      {size > 0 && (
        <svg
          role="img"
          aria-label="Forecast and success; the table has the figures"
          width={size}
          height={height}
        >
          {MARKS.map((mark) => (
            <g key={mark}>
              <line class="grid" x1={x(0)} x2={x(1)} y1={y(mark)} y2={y(mark)} />
              <line class="grid" x1={x(mark)} x2={x(mark)} y1={y(0)} y2={y(1)} />
              <text class="tick" x={LEFT - 8} y={y(mark) + 4} text-anchor="end">
                {share(mark, 1)}
              </text>
              <text class="tick" x={x(mark)} y={y(0) + 16} text-anchor="middle">
                {share(mark, 1)}
              </text>
            </g>
          ))}
          <text class="tick" x={x(0.5)} y={height - 4} text-anchor="middle">
            forecast
          </text>
          <line class="diagonal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
          {bins.map(({ from, forecast, observed, decisions }) =>
            forecast === null || observed === null ? null : (
              <g key={from}>
                <line class="off" x1={x(forecast)} x2={x(forecast)} y1={y(forecast)} y2={y(observed)} />
                <circle class="s0" cx={x(forecast)} cy={y(observed)} r={4 + 8 * Math.sqrt(decisions / most)}>
                  <title>
                    {share(forecast, 1)} forecast, {share(observed, 1)} succeeded (
                    {plural(decisions, 'decision')})
                  </title>
                </circle>
              </g>
            ),
          )}
        </svg>
      )}
    </div>
  );
}
