import { expect, it } from 'vitest';
import { z } from 'zod';
import { bridgeSchema } from '../../src/config/bridge-schema.ts';
import { mappingOverlaySchema, mappingSchema } from '../../src/config/mapping-schema.ts';

/** What editors complete and check the files by. After a change of a schema: npx vitest run test/config -u */
it.each([
  ['bridge', bridgeSchema],
  ['mapping', mappingSchema],
  ['mapping-overlay', mappingOverlaySchema],
])('config/%s.schema.json is what the program reads', async (name, schema) => {
  const text = JSON.stringify({ title: `${name}.yaml`, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2);
  await expect(`${text}\n`).toMatchFileSnapshot(`../../config/${name}.schema.json`);
});
