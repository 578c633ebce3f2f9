interface SelectProps {
  readonly label: string;
  readonly options: readonly (readonly [string, string])[];
  readonly chosen: string;
  readonly choose: (value: string) => void;
  /** Lit: what it holds narrows what is shown. */
  readonly isLit?: boolean;
}

/** One of many, folded away. */
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
