import { systemClock } from '../clock.ts';
import { createSimulator, parseSeed } from '../simulator/simulator.ts';
import type { Shell } from './shell.ts';

export interface SimulatorCommand {
  readonly seed: string;
  readonly port: number;
  readonly host: string;
  /** How many times faster than real time quotas and index lag run, 1–20. */
  readonly speed: number;
}

/** Runs a simulated Amazon Connect until it is told to stop. */
export async function simulator(shell: Shell, { seed, port, host, speed }: SimulatorCommand): Promise<void> {
  const simulated = createSimulator({
    clock: systemClock,
    seed: parseSeed(await shell.readFile(seed)),
    speed,
  });
  const { url } = await simulated.listen(port, host);
  shell.print(`Amazon Connect simulator at ${url}`);
  shell.print(
    `Try: aws connect list-users --instance-id … --endpoint-url ${url}   Journal: curl ${url}/_control/journal`,
  );
  await shell.stopRequested;
  await simulated.close();
}
