import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../format.js';
import { Copy } from './copy.js';

const TEXT_SHOWN = 600;
const ITEMS_SHOWN = 50;
/** Deeper values are closed, and rendered only after you open them. */
const OPEN_DEPTH = 2;

interface JsonProps {
  readonly title: string;
  readonly value: unknown;
  readonly isOpen?: boolean;
}

/** An untrusted value, rendered as text and never as markup. */
export function Json({ title, value, isOpen = true }: JsonProps) {
  const [open, setOpen] = useState(isOpen);
  if (value === null || value === undefined || isEmpty(value)) {
    return (
      <div class="json none">
        <h3>{title}</h3>
        <span class="faint">none</span>
      </div>
    );
  }
  return (
    <details class="json" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h3>{title}</h3>
      </summary>
      {open && (
        <div class="json-body">
          <Copy
            text={() => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))}
            what={title}
          />
          <Value value={value} depth={0} />
        </div>
      )}
    </details>
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function Value({ value, depth }: { value: unknown; depth: number }) {
  if (typeof value === 'string') return <Text text={value} depth={depth} />;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return <span class="faint">{Array.isArray(value) ? '[]' : '{}'}</span>;
    return <Entries entries={entries} depth={depth} />;
  }
  return <span class="json-atom">{String(value)}</span>;
}

function Entries({ entries, depth }: { entries: [string, unknown][]; depth: number }) {
  const [shown, setShown] = useState(ITEMS_SHOWN);
  const rest = entries.length - shown;
  return (
    <ul>
      {entries.slice(0, shown).map(([key, value]) => (
        <li key={key}>
          <Entry name={key} value={value} depth={depth + 1} />
        </li>
      ))}
      {rest > 0 && (
        <li>
          <button type="button" class="quiet" onClick={() => setShown(shown + 10 * ITEMS_SHOWN)}>
            Show more ({count(rest)} left)
          </button>
        </li>
      )}
    </ul>
  );
}

function Entry({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  const [open, setOpen] = useState(depth <= OPEN_DEPTH);
  const isNested = typeof value === 'object' && value !== null && !isEmpty(value);
  if (!isNested) {
    return (
      <>
        <span class="json-key">{name}</span> <Value value={value} depth={depth} />
      </>
    );
  }
  const size = Object.keys(value).length;
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="json-key">{name}</span>{' '}
        <span class="faint">{Array.isArray(value) ? `[${count(size)}]` : `{${count(size)}}`}</span>
      </summary>
      {open && <Value value={value} depth={depth} />}
    </details>
  );
}

function Text({ text, depth }: { text: string; depth: number }) {
  const [isWhole, setIsWhole] = useState(false);
  const [isParsed, setIsParsed] = useState(false);
  const inner = isParsed ? parsed(text) : undefined;
  const isCut = !isWhole && text.length > TEXT_SHOWN;
  const buttons: ComponentChildren[] = [];
  if (isCut) {
    buttons.push(
      <button type="button" class="quiet" onClick={() => setIsWhole(true)}>
        Show all {count(text.length)} characters
      </button>,
    );
  }
  if (/^\s*[[{]/.test(text) && (isParsed || text.length > 2)) {
    buttons.push(
      <button type="button" class="quiet" onClick={() => setIsParsed(!isParsed)}>
        {isParsed ? (inner === undefined ? 'Not JSON; show text' : 'Show as text') : 'Read as JSON'}
      </button>,
    );
  }
  return (
    <>
      {inner === undefined ? (
        <span class="json-text">{isCut ? `${text.slice(0, TEXT_SHOWN)}…` : text || '""'}</span>
      ) : (
        <Value value={inner} depth={depth} />
      )}
      {buttons.length > 0 && <span class="json-more">{buttons}</span>}
    </>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
