import { once } from 'node:events';
import type { AddressInfo, NetConnectOpts, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A network between a process and a server, to be cut. */
export interface Wire {
  readonly port: number;
  /** Bytes that the process has sent. */
  sent(): number;
  /** Nothing arrives any more, and nobody is told. */
  cut(): void;
  /** What was connected is gone; new connections get through. */
  heal(): void;
  close(): Promise<void>;
}

export async function openWire(target: NetConnectOpts): Promise<Wire> {
  const sockets = new Set<Socket>();
  let sent = 0;
  let isCut = false;
  const server = createServer((near) => {
    const far = isCut ? null : connect(target);
    for (const socket of far ? [near, far] : [near]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    if (!far) return;
    near.on('data', (data) => {
      sent += data.length;
      if (!isCut) far.write(data);
    });
    far.on('data', (data) => void (isCut || near.write(data)));
    near.on('close', () => far.destroy());
    far.on('close', () => void (isCut || near.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    cut: () => (isCut = true),
    heal: () => {
      isCut = false;
      drop();
    },
    close: async () => {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}
