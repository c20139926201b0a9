import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express, { type RequestHandler } from 'express';
import type { Clock } from '../clock.ts';
import { controlRouter } from './control.ts';
import { type Fault, Faults } from './faults.ts';
import { FrontDoor } from './front-door.ts';
import { Instance } from './instance/instance.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { Operator } from './operator.ts';
import type { SimulatorSeed } from './seed.ts';
import { Sts } from './sts.ts';
import { connectRate, type Rate, Throttle } from './throttle.ts';

export { parseSeed, type SimulatorSeed } from './seed.ts';
export type { Fault } from './faults.ts';
export type { JournalEntry } from './journal.ts';
export type { InstanceSnapshot } from './snapshot.ts';

export interface SimulatorOptions {
  readonly clock: Clock;
  readonly seed: SimulatorSeed;
  /** Per account, Region and operation; Connect's own quota (2/s, burst 5) unless given. */
  readonly rate?: Rate;
  /** How much faster than real the throttle refills and the search index follows, 1 to 20; 1 unless given. */
  readonly speed?: number;
}

/** Amazon Connect for tests and demos, over Connect's own protocol. */
export interface Simulator {
  /**
   * Serves until `close`.
   *
   * @param port 0 (the default) for any free one
   * @param host the address to listen on, 127.0.0.1 unless given: whoever reaches it may do everything
   * @throws Error when the port is taken
   */
  listen(port?: number, host?: string): Promise<{ url: string }>;
  close(): Promise<void>;
  /** Every call to Connect so far, in the order in which they ended. */
  journal(): readonly JournalEntry[];
  clearJournal(): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  readonly operator: Operator;
}

export function createSimulator(options: SimulatorOptions): Simulator {
  const { clock, seed, rate = connectRate, speed = 1 } = options;
  if (speed < 1 || speed > 20) throw new RangeError(`speed is ${speed}; it must be 1 to 20`);
  const instances = seededInstances(seed, clock.now(), speed);
  const throttle = new Throttle({ perSecond: rate.perSecond * speed, burst: rate.burst });
  const journal = new Journal();
  const faults = new Faults();
  const operator = new Operator(instances, clock);
  const { account, region, throttleError, roles } = seed;
  const front = { clock, account, region, throttleError, faults, journal };
  const sts = new Sts({ ...front, roles });
  const door = new FrontDoor({ ...front, instances, throttle, sts });
  const app = express().disable('x-powered-by');
  app.use('/_control', controlRouter({ journal, faults, operator }));
  app.use(express.raw({ type: () => true, limit: '1mb' }), awsHandler(door, sts));
  let server: Server | undefined;
  return {
    operator,
    listen: async (port = 0, host = '127.0.0.1') => {
      server = await listening(app, port, host);
      return { url: `http://${host}:${(server.address() as AddressInfo).port}` };
    },
    close: async () => {
      await closed(server);
    },
    journal: () => journal.entries(),
    clearJournal: () => {
      journal.clear();
    },
    addFault: (fault) => {
      faults.add(fault);
    },
    clearFaults: () => {
      faults.clear();
    },
  };
}

function seededInstances(seed: SimulatorSeed, nowMs: number, speed: number): Instance[] {
  return seed.instances.map((instance) => {
    const { account = seed.account, region = seed.region } = instance;
    return new Instance(instance, { account, region, nowMs, indexLagMs: instance.indexLagMs / speed });
  });
}

/** Below express's router, which would decode the path: Connect's labels have encoded slashes in them. */
function awsHandler(door: FrontDoor, sts: Sts): RequestHandler {
  return async (req, res) => {
    const body = Buffer.isBuffer(req.body) ? req.body.toString() : '';
    const { method, url: rawUrl, headers } = req;
    const { authorization } = headers;
    const service = authorization?.includes('/sts/aws4_request') ? sts : door;
    const reply = await service.serve({ method, rawUrl, authorization, body });
    if (reply.kind === 'reset') req.socket.resetAndDestroy();
    else res.writeHead(reply.status, reply.headers).end(reply.body);
  };
}

async function listening(app: express.Express, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server: Server = app.listen(port, host, (error) => {
      if (error) reject(error);
      else resolve(server);
    });
  });
}

async function closed(server: Server | undefined): Promise<void> {
  if (!server) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
