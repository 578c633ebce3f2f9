import { Line } from '../parts/copy.js';
import { PageHead } from '../parts/panel.js';
import { report } from '../source.js';

/** Shown before the first trace: the steps to get one, with lines to copy. */
export function FirstTrace({ url }: { url: string }) {
  return (
    <div class="first">
      <PageHead title="Waiting for the first trace" />
      {report ? (
        <p>This report was created before any data was recorded.</p>
      ) : (
        <p class="waiting">
          Loom stores what your MCP server and your coding agents did, on this computer.
          <br />
          <span class="dot" aria-hidden="true" /> Listening on <code>{url}</code>. This page updates itself
          when data arrives.
        </p>
      )}
      <ol class="steps">
        <li>
          <h2>Connect your MCP server</h2>
          <p>
            Run this in the folder of the Worker. It shows every change before it wraps the tools, and you can
            undo it.
          </p>
          <Line text="npx --no-install create-something-observe init --local" />
        </li>
        <li>
          <h2>Start it</h2>
          <Line text="npx wrangler dev" />
        </li>
        <li>
          <h2>Call a tool</h2>
          <p>From your agent, or with curl:</p>
          <Line text="npx @modelcontextprotocol/inspector" />
        </li>
      </ol>
      <details>
        <summary>Already traced with Langfuse, or with its SDK?</summary>
        <p>Change only these values. You can use any two keys; they stay on this machine:</p>
        <Line text={`LANGFUSE_BASE_URL=${url}`} />
        <Line text="LANGFUSE_PUBLIC_KEY=pk-lf-local" />
        <Line text="LANGFUSE_SECRET_KEY=sk-lf-local" />
      </details>
      <details>
        <summary>Do you want the cost of your coding agents too?</summary>
        <p>Loom records sessions, issues and costs of Claude Code, Codex and others:</p>
        <Line text="lm hooks install" />
        <Line text="lm ingest" />
      </details>
    </div>
  );
}
