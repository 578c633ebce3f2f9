import { join } from 'node:path';
import type { ReceivedTrace } from '@create-something/loom/receiver';
import { openInBrowser } from '../../packages/loom/src/dashboard/browser.js';
import { get, openPage } from '../../test/harness/dashboard-page.js';
import { printed, startGroup, stopGroup } from '../../test/harness/process.js';
import { root } from '../../test/harness/root.js';
import { say } from './page.js';
import { promise } from './promises.js';

export interface OpenDashboard {
  /** Opens the dashboard in the browser at the trace of the model call, and prints its address. */
  show(): void;
  stop(): Promise<void>;
}

/** Starts `lm dashboard` on a free port, and requests every trace like a browser. */
export async function openDashboard(dir: string, traces: readonly ReceivedTrace[]): Promise<OpenDashboard> {
  const program = join(root, 'packages/loom/bin/lm.js');
  const child = startGroup(process.execPath, ['--no-warnings', program, 'dashboard', '--port', '0'], {
    cwd: dir,
  });
  const stop = () => stopGroup(child);
  const [openUrl] = await printed(child, /http:\/\/\S+\/\?token=\w+/);
  const headers = await openPage(openUrl);
  const { origin } = new URL(openUrl);
  const answers = await Promise.all(
    traces.map(({ id }) => get(`${origin}/view/traces/${encodeURIComponent(id)}`, headers)),
  );
  const missing = traces.filter((_, at) => answers[at]?.status !== 200).map(({ name }) => name);
  promise(traces.length > 0 && missing.length === 0, 'the dashboard shows every trace', missing.join(', '));
  const shown = traces.find(({ name }) => name.endsWith('summarize_notes')) ?? traces[0];
  const address = `${openUrl}#/traces/${encodeURIComponent(shown?.id ?? '')}`;
  return {
    show: () => {
      say(`${address}\nOpen in your browser until Ctrl-C.`);
      openInBrowser(address);
    },
    stop,
  };
}
