import { request } from 'node:http';
import { CommandError, EXIT } from './shell.ts';

/** Longer than the 110 s after which the bridge gives up planning everybody. */
const TIMEOUT_MS = 120_000;

interface AdminRequest {
  readonly method: 'GET' | 'POST';
  /** Below /admin/v1/. */
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Asks the running bridge over its Unix socket.
 *
 * @throws CommandError `unreachable` when nothing listens, `refused` with detail and remedy for a problem reply
 */
export async function askBridge<T>(socketPath: string, { method, path, body }: AdminRequest): Promise<T> {
  const { status, text } = await send(socketPath, method, `/admin/v1/${path}`, body);
  const reply = parse(text);
  if (status < 400) return reply as T;
  const { detail, remedy } = reply as { detail?: string; remedy?: string };
  throw new CommandError(
    EXIT.refused,
    [detail ?? `The bridge answered ${status}.`, remedy].filter(Boolean).join('\n'),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(
      EXIT.failed,
      `The bridge answered with something that is not JSON: ${text.slice(0, 200)}`,
    );
  }
}

function send(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ socketPath, path, method, headers, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    sent.on('error', (error) => reject(unreachable(socketPath, error)));
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function unreachable(socketPath: string, error: Error): CommandError {
  return new CommandError(
    EXIT.unreachable,
    `No bridge answers at ${socketPath} (${error.message}).\nStart one with "npm start", or name its socket with --socket.`,
  );
}
