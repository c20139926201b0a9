import { expect, it } from 'vitest';
import { PageMemory } from '../../../src/http/scim/lists/page-memory.ts';

it('refuses a page beside others that leave it no room, until one of them is sent', () => {
  const memory = new PageMemory(100);
  const free = memory.take(60);
  memory.take(40);
  expect(() => memory.take(1)).toThrow(expect.objectContaining({ status: 503 }));
  free();
  memory.take(60);
});

it('takes a page alone whatever its size', () => {
  new PageMemory(100).take(101);
});
