import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A request as text, headers and body. */
export type RequestText = string;

interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Run {
  /** The request with this number, from 0. */
  readonly request: (index: number) => RequestText;
  readonly expect: number;
  readonly connections: number;
  /** How many requests, or for how long they are made. */
  readonly until: { readonly count: number } | { readonly ms: number };
  readonly onReply?: (reply: Reply, index: number) => void;
}

/**
 * Keeps every connection busy with one request at a time.
 *
 * @throws Error when a reply has another status than expected
 */
export async function load(url: string, run: Run): Promise<{ requests: number; perSecond: number }> {
  const connections = await Promise.all(Array.from({ length: run.connections }, () => open(url)));
  const startedAt = performance.now();
  const { until } = run;
  const isOver = (index: number) =>
    'count' in until ? index >= until.count : performance.now() - startedAt >= until.ms;
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (!isOver(next)) {
        const index = next++;
        const reply = await connection.send(run.request(index));
        if (reply.status !== run.expect) throw new Error(`answered ${reply.status}: ${reply.body}`);
        run.onReply?.(reply, index);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const connection of connections) connection.close();
  return { requests: next, perSecond: next / seconds };
}

export interface Connection {
  send(request: RequestText): Promise<Reply>;
  close(): void;
}

/** One keep-alive connection. Made for this: a full HTTP client takes more time than the server that is measured. */
export async function open(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    send: (request) => reply(socket, request),
    close: () => socket.destroy(),
  };
}

function reply(socket: Socket, request: RequestText): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const incoming = new Incoming();
    const closed = () => reject(new Error('the server closed the connection'));
    const take = (chunk: Buffer) => {
      if (!incoming.isWholeWith(chunk)) return;
      socket.off('data', take);
      socket.off('close', closed);
      resolve(incoming.reply());
    };
    socket.on('data', take);
    socket.on('close', closed);
    socket.write(request);
  });
}

const END_OF_HEAD = '\r\n\r\n';
const END_OF_CHUNKS = '0\r\n\r\n';

class Incoming {
  readonly #chunks: Buffer[] = [];
  #head: string | undefined;
  #bytes = 0;
  #wantedBytes = Number.POSITIVE_INFINITY;

  isWholeWith(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#head === undefined) this.#readHead();
    if (this.#wantedBytes === Number.POSITIVE_INFINITY)
      return this.#head !== undefined && this.#chunks.at(-1)!.toString('latin1').endsWith(END_OF_CHUNKS);
    return this.#bytes >= this.#wantedBytes;
  }

  reply(): Reply {
    const whole = Buffer.concat(this.#chunks).subarray(this.#head!.length + END_OF_HEAD.length);
    const body = this.#wantedBytes === Number.POSITIVE_INFINITY ? joined(whole) : whole;
    return { status: Number(this.#head!.slice(9, 12)), body: body.toString('utf8') };
  }

  #readHead(): void {
    const text = Buffer.concat(this.#chunks).toString('latin1');
    const end = text.indexOf(END_OF_HEAD);
    if (end < 0) return;
    this.#head = text.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1];
    const isChunked = length === undefined && /\r\ntransfer-encoding: *chunked/i.test(this.#head);
    if (!isChunked) this.#wantedBytes = end + END_OF_HEAD.length + Number(length ?? 0);
  }
}

/** The content of a chunked body. */
function joined(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, end), 16);
    if (!length) return Buffer.concat(pieces);
    pieces.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
