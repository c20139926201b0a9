import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import type { Clock } from '../src/clock.ts';

/**
 * Event loop turns without a request in flight before time jumps. Fewer, and time could pass between a promise
 * that settles and the request it leads to; more costs microseconds per jump.
 */
const quietTurns = 10;

/** The first byte of what PostgreSQL says to a new client, and the whole of its last word on each statement. */
const PG_AUTHENTICATION = 0x52;
const PG_READY = Buffer.from([0x5a, 0, 0, 0, 5]);

/** A request that somebody in this process makes or answers. */
interface Flight {
  /** The request in whose handler this one was made. */
  readonly parent: Flight | undefined;
  readonly side: 'client' | 'server';
  /** The port on the client's side of the connection, which both ends know. */
  port: number | undefined;
  /** How many sleeps are waited for while this request is answered. */
  sleepers: number;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * Time that passes only when nothing else happens: a sleep ends as soon as no HTTP request of this process is in
 * flight, by moving the clock to the moment it is due. So a test of hours runs in milliseconds, in the same order
 * every time, and no answer comes late because a machine is slow.
 *
 * - In flight is every request made with node:http or fetch, and every one answered by node:http, from its start
 *   until its response is over, seen through node:diagnostics_channel; and every lookup, connect and file access;
 *   and every statement that PostgreSQL has not answered.
 *   Promises and node:sqlite need no care, as time never moves before the event loop has turned some times.
 *   A response that streams without end holds time up. Worker threads, sockets of other protocols and asynchronous node:crypto are not seen.
 * - A request whose handler sleeps on this clock does not hold time up, nor does the request that waits for it.
 *   That is how a server can be slow in virtual time.
 * - Sleepers wake one at a time, the earliest first, in the order in which they lay down.
 * - What waits for something outside, such as another process, must be awaited outside of the clock's time, or
 *   time runs on meanwhile.
 *
 * Call `stop` at the end of the test.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];
  #quiet = 0;
  #isWatching = false;
  #isStopped = false;
  readonly #flights = new Set<Flight>();
  /** Connections to PostgreSQL, with the bytes written to each by the time of its last answer. */
  readonly #databases = new Map<Socket, number>();
  readonly #undiciFlights = new WeakMap<object, Flight>();
  readonly #answering = new AsyncLocalStorage<Flight | undefined>();
  readonly #subscriptions: readonly [string, (message: unknown) => void][];

  /** @param startMs UTC milliseconds; a fixed moment unless given, so that runs are alike */
  constructor(startMs = Date.UTC(2026, 0, 5, 9)) {
    this.#nowMs = startMs;
    this.#subscriptions = this.#channels();
    for (const [name, listener] of this.#subscriptions) subscribe(name, listener);
  }

  now(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const flight = this.#answering.getStore();
    if (flight) flight.sleepers += 1;
    await new Promise<void>((wake) => {
      const sleeper = { dueMs: this.#nowMs + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        wake();
      });
      this.#watch();
    });
    if (flight) flight.sleepers -= 1;
  }

  /** Time stands still from here on: a sleep ends by its signal only. */
  stop(): void {
    this.#isStopped = true;
    for (const [name, listener] of this.#subscriptions) unsubscribe(name, listener);
  }

  #watch(): void {
    if (this.#isWatching || this.#isStopped || this.#sleepers.length === 0) return;
    this.#isWatching = true;
    this.#quiet = this.#isQuiet() ? this.#quiet + 1 : 0;
    const next = () => {
      this.#isWatching = false;
      if (this.#quiet >= quietTurns) this.#jump();
      this.#watch();
    };
    // While a request is under way there is nothing to see in the very next turn.
    if (this.#quiet > 0) setImmediate(next);
    else setTimeout(next, 1);
  }

  #jump(): void {
    this.#quiet = 0;
    if (this.#isStopped || !this.#isQuiet()) return;
    const first = this.#sleepers.reduce<Sleeper | undefined>(
      (earliest, one) => (earliest && earliest.dueMs <= one.dueMs ? earliest : one),
      undefined,
    );
    if (!first) return;
    this.#sleepers = this.#sleepers.filter((one) => one !== first);
    this.#nowMs = Math.max(this.#nowMs, first.dueMs);
    first.wake();
  }

  #isQuiet(): boolean {
    const answered = [...this.#databases].every(([socket, written]) => socket.bytesWritten === written);
    return answered && [...this.#flights].every((flight) => this.#isAsleep(flight)) && !isSystemBusy();
  }

  #isAsleep(flight: Flight): boolean {
    if (flight.side === 'client') {
      const answering = this.#find(({ side, port }) => side === 'server' && port === flight.port);
      return flight.port !== undefined && answering.some((one) => this.#isAsleep(one));
    }
    const made = this.#find(({ parent }) => parent === flight);
    return flight.sleepers > 0 || (made.length > 0 && made.every((one) => this.#isAsleep(one)));
  }

  #find(wanted: (flight: Flight) => boolean): Flight[] {
    return [...this.#flights].filter(wanted);
  }

  #begin(side: Flight['side'], port?: number): Flight {
    const flight = {
      side,
      port,
      sleepers: 0,
      parent: side === 'client' ? this.#answering.getStore() : undefined,
    };
    this.#flights.add(flight);
    this.#quiet = 0;
    return flight;
  }

  #end(flight: Flight | undefined): void {
    if (flight) this.#flights.delete(flight);
    this.#quiet = 0;
  }

  #channels(): [string, (message: unknown) => void][] {
    return [
      ['net.client.socket', (message) => this.#clientSocket((message as { socket: Socket }).socket)],
      ['http.client.request.created', (message) => this.#clientRequest(message as ClientMessage)],
      ['http.server.request.start', (message) => this.#serverRequest(message as ServerMessage)],
      [
        'undici:request:create',
        (message) => this.#undiciFlights.set((message as UndiciMessage).request, this.#begin('client')),
      ],
      [
        'undici:client:sendHeaders',
        (message) => {
          const { request, socket } = message as UndiciMessage;
          const flight = this.#undiciFlights.get(request);
          if (flight) flight.port = socket?.localPort;
        },
      ],
      ...['undici:request:trailers', 'undici:request:error'].map(
        (name): [string, (message: unknown) => void] => [
          name,
          (message) => this.#end(this.#undiciFlights.get((message as UndiciMessage).request)),
        ],
      ),
    ];
  }

  #clientSocket(socket: Socket): void {
    socket.once('data', (first: Buffer) => {
      if (first[0] !== PG_AUTHENTICATION) return;
      const note = (data: Buffer) => {
        const isAnswered = data.subarray(-6, -1).equals(PG_READY);
        this.#databases.set(socket, isAnswered ? socket.bytesWritten : -1);
        if (isAnswered) this.#quiet = 0;
      };
      note(first);
      socket.on('data', note).once('close', () => this.#databases.delete(socket));
    });
  }

  #clientRequest({ request }: ClientMessage): void {
    const flight = this.#begin('client');
    const connected = (socket: Socket) => {
      flight.port = socket.localPort;
      if (flight.port !== undefined) return;
      socket.once('connect', () => {
        flight.port = socket.localPort;
      });
    };
    request.once('socket', connected);
    // `close` comes after the last byte of the response, and after an error or abort as well.
    request.once('close', () => this.#end(flight));
  }

  /** From here on, whatever happens on behalf of this request finds its flight in the async context. */
  #serverRequest({ request, response }: ServerMessage): void {
    const flight = this.#begin('server', request.socket.remotePort);
    response.once('close', () => this.#end(flight));
    this.#answering.enterWith(flight);
  }
}

type Socket = EventEmitter & {
  readonly localPort?: number;
  readonly remotePort?: number;
  readonly bytesWritten: number;
};
type ClientMessage = { readonly request: EventEmitter };
type ServerMessage = { readonly request: { readonly socket: Socket }; readonly response: EventEmitter };
type UndiciMessage = { readonly request: object; readonly socket?: Socket };

/** Requests to the system that are not HTTP and end by themselves: lookups, connects, files (FSReq, CloseReq). */
function isSystemBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => /Req|ConnectWrap/.test(name));
}
