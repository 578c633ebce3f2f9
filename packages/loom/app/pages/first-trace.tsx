import { Line } from '../parts/copy.js';
import { PageHead } from '../parts/panel.js';
import { report } from '../source.js';

/** What a newcomer sees: the way to the first trace, in lines to be copied. */
export function FirstTrace({ url }: { url: string }) {
  return (
    <div class="first">
      <PageHead title="Waiting for the first trace" />
      {report ? (
        <p>This report was made before anything was recorded.</p>
      ) : (
        <p class="waiting">
          Loom keeps what your MCP server and your coding agents did, on this computer.
          <br />
          <span class="dot" aria-hidden="true" /> Listening on <code>{url}</code>. This page changes by itself
          when something arrives.
        </p>
      )}
      <ol class="steps">
        <li>
          <h2>Point your MCP server here</h2>
          <p>In the folder of the Worker. It wraps the tools, shows every change first, and can be undone.</p>
          <Line text="npx --no-install create-something-observe init --local" />
        </li>
        <li>
          <h2>Start it</h2>
          <Line text="npx wrangler dev" />
        </li>
        <li>
          <h2>Call a tool</h2>
          <p>From your agent, or by hand:</p>
          <Line text="npx @modelcontextprotocol/inspector" />
        </li>
      </ol>
      <details>
        <summary>Already traced with Langfuse, or with its SDK?</summary>
        <p>Only these change; any two keys will do, they do not leave this machine:</p>
        <Line text={`LANGFUSE_BASE_URL=${url}`} />
        <Line text="LANGFUSE_PUBLIC_KEY=pk-lf-local" />
        <Line text="LANGFUSE_SECRET_KEY=sk-lf-local" />
      </details>
      <details>
        <summary>Costs of your coding agent too?</summary>
        <p>Sessions, issues and costs of Claude Code, Codex and others come from Loom:</p>
        <Line text="lm hooks install" />
        <Line text="lm ingest" />
      </details>
    </div>
  );
}
