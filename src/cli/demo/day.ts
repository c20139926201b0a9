import { z } from 'zod';

const json: z.ZodType = z.json();

const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  /** As it reads before URL encoding. `${name}` stands for an id that an earlier reply brought. */
  path: z.string().startsWith('/'),
  body: json.optional(),
  /** What was answered when the day was recorded; another answer ends the demo. */
  status: z.int(),
  /** Under which name the id of the reply is known from here on. */
  capture: z.string().optional(),
});

const recording = z.strictObject({
  /** Whose day it is, as printed. */
  who: z.string(),
  /** The directory that is written to; without one, the requests are an operator's, in the Connect console. */
  directory: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  steps: z.array(
    z.strictObject({
      at: z.string().regex(/^\d\d:\d\d$/),
      say: z.string(),
      requests: z.array(request).min(1),
    }),
  ),
});

export type RecordedRequest = z.output<typeof request>;
type Recording = z.output<typeof recording>;
export type Step = Recording['steps'][number] & Omit<Recording, 'steps'>;

const FILES = ['okta-day.json', 'entra-day.json', 'connect-day.json'];

/** The recorded days of both identity providers and of the operator, as one, by time. */
export async function readDay(readFile: (path: string) => Promise<string>): Promise<readonly Step[]> {
  const recordings = await Promise.all(
    FILES.map(async (file) => recording.parse(JSON.parse(await readFile(`config/demo/${file}`)))),
  );
  return recordings
    .flatMap(({ steps, ...whose }) => steps.map((step) => ({ ...step, ...whose })))
    .sort((one, other) => one.at.localeCompare(other.at));
}
