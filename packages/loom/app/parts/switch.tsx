interface SwitchProps {
  readonly label: string;
  readonly options: readonly (readonly [string, string])[];
  readonly chosen: string;
  readonly choose: (value: string) => void;
}

/** A few options, all visible. */
export function Switch({ label, options, chosen, choose }: SwitchProps) {
  return (
    <fieldset class="switch">
      <legend class="spoken">{label}</legend>
      {options.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
