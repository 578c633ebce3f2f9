interface SelectProps {
  readonly label: string;
  readonly options: readonly (readonly [string, string])[];
  readonly chosen: string;
  readonly choose: (value: string) => void;
  /** Highlighted, because the selection filters the page. */
  readonly isLit?: boolean;
}

/** A drop-down list. */
export function Select({ label, options, chosen, choose, isLit = false }: SelectProps) {
  return (
    <select
      aria-label={label}
      class={isLit ? 'set' : undefined}
      value={chosen}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}
