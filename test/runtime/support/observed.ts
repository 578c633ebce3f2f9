import { getClient, initObservability, type ObservabilityOptions } from '@create-something/observability';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Langfuse, startLangfuse } from './langfuse.js';

/** Sets up a test file with a server, and lets the runtime in this process send to it. */
export function observed(defaults: ObservabilityOptions = {}) {
  const on = {
    langfuse: undefined as unknown as Langfuse,
    init(options: ObservabilityOptions = {}) {
      const keys = { publicKey: 'pk-lf-test', secretKey: 'sk-lf-test', baseUrl: on.langfuse.url };
      initObservability({ ...keys, ...defaults, ...options });
    },
    /** The received data, after everything that has ended was sent. */
    async spans() {
      await getClient()?.flush();
      return on.langfuse.spans();
    },
    async scores() {
      await getClient()?.flush();
      return on.langfuse.scores();
    },
  };
  beforeAll(async () => {
    on.langfuse = await startLangfuse();
  });
  beforeEach(async () => {
    await getClient()?.flush();
    on.langfuse.received.splice(0);
    on.init();
  });
  afterAll(() => on.langfuse.close());
  return on;
}
