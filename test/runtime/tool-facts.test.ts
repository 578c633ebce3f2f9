import { fromToolCall } from '@create-something/observability';
import { mcpToolMetadata } from '@create-something/observability/atlas';
import { expect, it } from 'vitest';

const DELETE = { task: 'generate', oversight: 'required', description: 'Deletes a note' } as const;

it('the metadata of a tool accepts only a task, or all facts', () => {
  const plain = mcpToolMetadata('notes', 'delete', 'generate', 'required');
  expect(plain).toMatchObject({ 'ai_task.type': 'generate', 'human_task.oversight_level': 'required' });
  expect(plain).not.toHaveProperty('gen_ai.tool.description');
  const { 'gen_ai.tool.description': description, ...rest } = mcpToolMetadata('notes', 'delete', DELETE);
  expect(rest).toEqual(plain);
  expect(description).toBe('Deletes a note');
  expect(mcpToolMetadata('notes', 'delete', undefined)['ai_task.type']).toBe('orchestrate');
});

it('a request is described by the table of the server’s tools, and not by inherited members', () => {
  const tools = { delete: DELETE, find: 'extract' } as const;
  const of = (name: string) => fromToolCall('notes', { params: { name } }, undefined, tools).metadata;
  expect(of('delete')).toEqual(mcpToolMetadata('notes', 'delete', DELETE));
  expect(of('find')).toEqual(mcpToolMetadata('notes', 'find', 'extract'));
  expect(of('constructor')).toEqual(mcpToolMetadata('notes', 'constructor'));
  expect(fromToolCall('notes', { params: { name: 'find' } }).metadata).toEqual(
    mcpToolMetadata('notes', 'find'),
  );
});
