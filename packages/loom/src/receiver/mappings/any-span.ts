import type { Row } from './row.js';

const source = 'OpenTelemetry semantic conventions, resource: deployment, service';

/** Mappings for any span, from any emitter. */
export const ANY_SPAN: readonly Row[] = [
  { field: 'model', names: ['model'], source: 'Langfuse, OtelIngestionProcessor' },
  {
    field: 'environment',
    names: [
      'deployment.environment.name',
      'resource:deployment.environment.name',
      'deployment.environment',
      'resource:deployment.environment',
    ],
    source,
  },
  { field: 'version', names: ['resource:service.version'], source },
  {
    field: 'type',
    names: ['gen_ai.tool.name', 'gen_ai.tool.call.id'],
    read: () => 'tool',
    source: 'Langfuse, ObservationTypeMapper: tools without an operation',
  },
  {
    field: 'type',
    names: [
      'langfuse.observation.model.name',
      'gen_ai.request.model',
      'gen_ai.response.model',
      'llm.model_name',
      'model',
    ],
    read: () => 'generation',
    source: 'Langfuse, ObservationTypeMapper: whatever has a model',
  },
];
