import type { PlannedTool } from '../../src/core/plan.js';
import type { Situation } from '../../src/doctor/situation.js';
import type { VariableSource } from '../../src/project/local-variables.js';
import { parseConfig, type WranglerDocument } from '../../src/wrangler/document.js';

const TRACES = { enabled: true, traces: { enabled: true, head_sampling_rate: 1 } };

export function config(more: Record<string, unknown> = {}): WranglerDocument {
  const value = {
    name: 'calc',
    main: 'src/index.ts',
    compatibility_date: '2026-08-10',
    observability: TRACES,
    ...more,
  };
  return parseConfig({ path: 'wrangler.jsonc', format: 'jsonc', text: JSON.stringify(value) });
}

export const KEYS = { LANGFUSE_PUBLIC_KEY: 'pk-lf-test', LANGFUSE_SECRET_KEY: 'sk-lf-test' };

export function variables(
  values: Record<string, string>,
  more: Partial<VariableSource> = {},
): VariableSource {
  return { place: '.dev.vars', values, isRead: true, hidden: [], ...more };
}

export function tool(status: PlannedTool['status'], name = 'add'): PlannedTool {
  return {
    kind: 'tool',
    name,
    file: 'src/index.ts',
    line: 5,
    family: 'server.tool',
    task: 'transform',
    status,
  };
}

/** A correct set-up. Each test breaks one thing. */
export function healthy(more: Partial<Situation> = {}): Situation {
  return {
    record: {
      layers: ['cloudflare', 'langfuse', 'loom'],
      runtime: 'registry',
      sampling: 0.1,
      files: {},
    },
    plan: {
      workers: [
        {
          dir: '.',
          name: 'calc',
          config: { path: 'wrangler.jsonc', format: 'jsonc' },
          tools: [tool('traced')],
          servers: [],
        },
      ],
      findings: [],
      changes: [],
    },
    config: config(),
    env: undefined,
    notes: [],
    variables: [variables(KEYS)],
    entry: { path: 'src/index.ts', exists: true, isTraced: false },
    node: '22.20.0',
    wrangler: { version: '4.164.0', minimumNode: '22.12.0' },
    runtime: {
      installed: { version: '0.1.0', minimumNode: '20.19.0' },
      expected: '0.1.0',
      isPlugAndPlay: false,
      installCommand: 'npm install',
      addCommand: 'npm install --save-dev',
    },
    host: { health: { kind: 'answered', status: 200 }, keys: { kind: 'answered', status: 200 } },
    receiver: false,
    ...more,
  };
}
