import { z } from 'zod';
import type { Path } from './yaml-file.ts';

/** The keys that a schema declares in the map at `path`; none where it takes any, or no map. */
export function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap((found) =>
    found instanceof z.ZodObject ? Object.keys(found.shape) : [],
  );
}

/** The keys that may stand in the map at `path`: those declared, and those of a map whose keys are listed. */
export function permittedKeysAt(schema: z.ZodType, path: Path): readonly string[] {
  return [...keysAt(schema, path), ...schemasAt(schema, path).flatMap(listedKeys)];
}

function listedKeys(schema: z.ZodType): readonly string[] {
  if (!(schema instanceof z.ZodRecord) || !(schema.keyType instanceof z.ZodEnum)) return [];
  return schema.keyType.options.map(String);
}

/** Several where there are alternatives. */
function schemasAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
  const [step, ...rest] = path;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion)
    return inner.options.flatMap((option) => schemasAt(option as z.ZodType, path));
  if (step === undefined) return [inner];
  if (inner instanceof z.ZodObject) {
    const member = (inner.shape as Record<PropertyKey, z.ZodType>)[step];
    return member === undefined ? [] : schemasAt(member, rest);
  }
  if (inner instanceof z.ZodArray) return schemasAt(inner.element as z.ZodType, rest);
  if (inner instanceof z.ZodRecord) return schemasAt(inner.valueType as z.ZodType, rest);
  return [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}
