import { z } from 'zod';
import type { Path } from './yaml-file.ts';

/** The keys that a schema takes in the map at `path`; none where it takes any, or no map. */
export function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const [step, ...rest] = path;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion)
    return inner.options.flatMap((option) => keysAt(option as z.ZodType, path));
  if (inner instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(inner.shape);
    const member = (inner.shape as Record<PropertyKey, z.ZodType>)[step];
    return member === undefined ? [] : keysAt(member, rest);
  }
  if (step === undefined) return [];
  if (inner instanceof z.ZodArray) return keysAt(inner.element as z.ZodType, rest);
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType as z.ZodType, rest);
  return [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}
