import type { PlatformSpan } from '../../src/dashboard/contract/platform.js';
import type { ObservationView } from '../../src/dashboard/contract/trace.js';
import { absolute, count, duration, priced } from '../format.js';
import { Icon } from '../parts/icon.js';
import { Json } from '../parts/json.js';
import { Facts } from '../parts/text.js';
import type { TimelineSpan } from './timeline.js';
import { LAYERS } from './waterfall.js';

interface DetailProps {
  readonly span: TimelineSpan;
  /** The message that the page already shows above, so that it is not repeated. */
  readonly known: string | null;
  readonly close: () => void;
}

/** The data of one span. */
export function Detail({ span, known, close }: DetailProps) {
  return (
    <aside class="detail" aria-label={`Details of ${span.name}`}>
      <header>
        <Icon name={span.icon} />
        <div>
          <h2>{span.name || span.kind}</h2>
          <p class="faint">
            {LAYERS[span.layer]} · {span.kind}
          </p>
        </div>
        <button type="button" class="quiet close" onClick={close} aria-label="Close details">
          <Icon name="close" />
        </button>
      </header>
      {span.observation && <Observation of={span.observation} known={known} />}
      {span.platform && <Platform of={span.platform} />}
    </aside>
  );
}

/** Left out if the span has none of them. */
const EXTRAS: readonly (readonly [string, (of: ObservationView) => object | null])[] = [
  ['Model parameters', (of) => of.modelParameters],
  ['Metadata', (of) => of.metadata],
  ['Attributes', (of) => of.attributes],
];

function Observation({ of, known }: { of: ObservationView; known: string | null }) {
  return (
    <>
      {of.statusMessage && of.statusMessage !== known && (
        <p class={`notice ${of.level === 'ERROR' ? 'bad' : ''}`}>{of.statusMessage}</p>
      )}
      <Facts
        items={[
          ['Duration', duration(of.durationMs)],
          ['Started', absolute(of.startedAt)],
          ['Model', of.model],
          ['Cost', costOf(of)],
          ...Object.entries(of.usage ?? {}).map(
            ([kind, tokens]) => [`Tokens: ${kind}`, count(tokens)] as const,
          ),
          ['Level', ['DEFAULT', 'ERROR'].includes(of.level) ? null : of.level],
          [
            'Sent again',
            of.duplicates > 0 ? `${count(of.duplicates)} ×; Langfuse would count each one` : null,
          ],
        ]}
      />
      <Json key={`in ${of.id}`} title="Input" value={of.input} />
      <Json key={`out ${of.id}`} title="Output" value={of.output} />
      {EXTRAS.filter(([, pick]) => Object.keys(pick(of) ?? {}).length > 0).map(([title, pick]) => (
        <Json key={`${title} ${of.id}`} title={title} value={pick(of)} isOpen={false} />
      ))}
    </>
  );
}

function costOf({ micros, costBasis }: ObservationView): string | null {
  if (costBasis === null) return null;
  return costBasis === 'unpriced' ? 'no price for this model' : `${priced(micros, 0)} ${costBasis}`;
}

function Platform({ of }: { of: PlatformSpan }) {
  const said = new Set(of.facts.map(({ label }) => label));
  const general: [string, string | null][] = [
    ['Duration', duration(of.durationMs)],
    ['Started', absolute(of.startedAt)],
    ['Service', of.service],
    ['Outcome', of.outcome],
  ];
  return (
    <>
      {of.error && <p class="notice bad">{of.error}</p>}
      <Facts
        items={[
          ...of.facts.map(({ label, value }) => [label, value] as const),
          ...general.filter(([label]) => !said.has(label)),
        ]}
      />
      <Json key={of.id} title="Attributes" value={of.attributes} />
    </>
  );
}
