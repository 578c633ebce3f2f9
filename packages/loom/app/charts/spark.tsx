const WIDTH = 96;
const HEIGHT = 20;

/** Counts over the period, in equal steps. The total is shown next to it. */
export function Sparkline({ of }: { of: readonly number[] }) {
  const most = Math.max(1, ...of);
  const step = WIDTH / Math.max(1, of.length);
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      {of.map((n, at) =>
        n > 0 ? (
          <rect
            key={at}
            x={at * step}
            width={Math.max(1, step - 1)}
            y={HEIGHT - Math.max(2, (n / most) * HEIGHT)}
            height={Math.max(2, (n / most) * HEIGHT)}
          />
        ) : null,
      )}
    </svg>
  );
}
