import { useState } from 'preact/hooks';
import { setQuery, usePlace } from '../router.js';
import { report } from '../source.js';
import { chosenTime, DEFAULT_SPAN, SPANS } from './range.js';

const CUSTOM = 'custom';
const RELEASE = 'release';
/** The periods that a report has answers for. */
const IN_REPORT: readonly string[] = ['24h', '7d', '30d'];

/** Selects the period of all pages. The address contains it. */
export function RangeChoice() {
  const { query } = usePlace();
  const time = chosenTime(query);
  const [isOpen, setOpen] = useState(false);
  const isCustom = time.from !== undefined;
  const chosen = isCustom ? CUSTOM : time.sinceRelease ? RELEASE : (time.last ?? DEFAULT_SPAN);
  const choose = (value: string) => {
    setOpen(value === CUSTOM);
    if (value === CUSTOM) return;
    setQuery({
      last: value === RELEASE || value === DEFAULT_SPAN ? undefined : value,
      since: value === RELEASE ? RELEASE : undefined,
      from: undefined,
      to: undefined,
    });
  };
  const spans = Object.entries(SPANS).filter(([span]) => !report || IN_REPORT.includes(span));
  return (
    <div class="range">
      <select
        aria-label="Time"
        class={chosen === DEFAULT_SPAN ? undefined : 'set'}
        value={isOpen ? CUSTOM : chosen}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {spans.map(([span, name]) => (
          <option key={span} value={span}>
            Last {name}
          </option>
        ))}
        {!report && <option value={RELEASE}>Since the last release</option>}
        {!report && (
          <option value={CUSTOM}>{isCustom ? customText(time.from, time.to) : 'From … to …'}</option>
        )}
      </select>
      {(isOpen || isCustom) && !report && (
        <CustomTime
          key={`${time.from} ${time.to}`}
          from={time.from}
          to={time.to}
          close={() => setOpen(false)}
        />
      )}
    </div>
  );
}

interface CustomTimeProps {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly close: () => void;
}

function CustomTime({ from, to, close }: CustomTimeProps) {
  const [start, setStart] = useState(fieldText(from ?? Date.now() - 3_600_000));
  const [end, setEnd] = useState(to === undefined ? '' : fieldText(to));
  const isValid = start !== '' && (end === '' || Date.parse(end) > Date.parse(start));
  return (
    <form
      class="custom-time"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isValid) return;
        close();
        setQuery({
          from: String(Date.parse(start)),
          to: end === '' ? undefined : String(Date.parse(end)),
          last: undefined,
          since: undefined,
        });
      }}
    >
      <label>
        From{' '}
        <input
          type="datetime-local"
          step="1"
          value={start}
          onInput={(event) => setStart(event.currentTarget.value)}
        />
      </label>
      <label>
        to{' '}
        <input
          type="datetime-local"
          step="1"
          value={end}
          onInput={(event) => setEnd(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={!isValid}>
        Show
      </button>
    </form>
  );
}

/** For a date-time field, in the reader's time zone. */
function fieldText(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

function customText(from: number | undefined, to: number | undefined): string {
  return `${from === undefined ? '' : moment.format(from)} – ${to === undefined ? 'now' : moment.format(to)}`;
}
