import { useState } from 'preact/hooks';
import { Icon } from './icon.js';

const SHOWN_MS = 1500;

interface CopyProps {
  /** Called on each click, because the text may be large. */
  readonly text: () => string;
  /** The content, for screen readers. */
  readonly what: string;
  /** Label of the button; `Copy` by default. */
  readonly label?: string;
}

export function Copy({ text, what, label = 'Copy' }: CopyProps) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setSaid('Copied');
    } catch {
      setSaid('Not allowed here'); // some browsers, for a file from disk
    }
    setTimeout(setSaid, SHOWN_MS, '');
  };
  return (
    <button
      type="button"
      class="quiet"
      onClick={copy}
      aria-label={label === 'Copy' ? `Copy ${what}` : `${label}: ${what}`}
    >
      <Icon name="copy" />
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}

/** A line to paste into a terminal. */
export function Line({ text }: { text: string }) {
  return (
    <div class="line">
      <code>{text}</code>
      <Copy text={() => text} what={text} />
    </div>
  );
}
