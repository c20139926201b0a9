import type { NameOf } from '../../plan/render.ts';
import type { PlannedInstance } from './context.ts';

/** Names of what the instance has, for people; an id where it has none. */
export function nameOf({ catalog }: Pick<PlannedInstance, 'catalog'>): NameOf {
  return (kind, id) => catalog?.name(kind, id) ?? id;
}
