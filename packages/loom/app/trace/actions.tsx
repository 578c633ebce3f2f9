import { useEffect } from 'preact/hooks';
import type { TraceView } from '../../src/dashboard/contract/trace.js';
import { Copy } from '../parts/copy.js';
import { href } from '../router.js';
import { neighbours } from '../traces/page.js';
import { curlCall, inspectorCall } from './repeat.js';

/** The trace's id and actions. */
export function Actions({ trace }: { trace: TraceView }) {
  const { row } = trace;
  const { previous, next } = neighbours(row.id);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLElement && event.target.matches('input, select, textarea')) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const to = event.key === 'n' ? next : event.key === 'p' ? previous : undefined;
      if (to) location.replace(href(['traces', to]));
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [previous, next]);
  const isCall = row.tool !== null && (row.method === null || row.method === 'tools/call');
  return (
    <div class="trace-actions">
      <code class="trace-id">{row.id}</code>
      <Copy text={() => row.id} what="the trace’s id" label="Copy id" />
      <Copy text={() => location.href} what="the link to this trace" label="Copy link" />
      <Copy text={() => JSON.stringify(trace, null, 2)} what="the trace as JSON" label="Copy JSON" />
      {isCall && (
        <>
          <Copy
            text={() => curlCall(trace)}
            what="a curl command that repeats the call"
            label="Copy as curl"
          />
          <Copy
            text={() => inspectorCall(trace)}
            what="a command that repeats the call with the MCP inspector"
            label="Copy for the inspector"
          />
        </>
      )}
      {(previous || next) && (
        <span class="trace-steps">
          {previous && (
            <a href={href(['traces', previous])}>
              Previous <kbd>p</kbd>
            </a>
          )}
          {next && (
            <a href={href(['traces', next])}>
              Next <kbd>n</kbd>
            </a>
          )}
        </span>
      )}
    </div>
  );
}
