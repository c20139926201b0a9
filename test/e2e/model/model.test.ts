import * as fc from 'fast-check';
import { test } from 'vitest';
import { type Command, historyArbitrary } from './command.ts';
import { History } from './history.ts';

/**
 * The default is a few seconds' worth. To look for more, for example 500 histories of up to 40 commands:
 * `MODEL_RUNS=500 MODEL_SIZE=40 MODEL_SEED=1 MODEL_MINUTES=60 npx vitest run test/e2e/model`. A history takes about a
 * second; what fails is shrunk until the minutes are over.
 */
const { MODEL_RUNS = '5', MODEL_SIZE = '25', MODEL_SEED = '20261121', MODEL_MINUTES = '10' } = process.env;
const minutes = Number(MODEL_MINUTES);

async function run(commands: readonly Command[]): Promise<void> {
  const history = await History.begin();
  try {
    await history.run([...commands, { kind: 'rest', approve: true }]);
  } finally {
    await history.end();
  }
}

test('whatever happens, Connect comes to what the mapping says, and never goes beyond', {
  timeout: (minutes + 1) * 60_000,
}, async () => {
  await fc.assert(fc.asyncProperty(historyArbitrary(Number(MODEL_SIZE)), run), {
    numRuns: Number(MODEL_RUNS),
    seed: Number(MODEL_SEED),
    interruptAfterTimeLimit: minutes * 60_000,
    markInterruptAsFailure: true,
  });
});
