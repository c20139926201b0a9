import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import express from 'express';
import { ScimError } from '../scim/error.ts';
import { BODY_LIMIT_BYTES } from './limits.ts';

const CONTENT_TYPES = ['application/scim+json', 'application/json', 'text/json'];

// Without inflating: a compressed body could become a thousand times as long.
const readRaw = express.raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });

/**
 * Leaves the body's bytes in `req.body`. No type at all is accepted: OneLogin sends one only where the admin
 * added the header himself.
 *
 * @throws ScimError 413, 415
 */
export function readBody(req: Request, res: Response, next: NextFunction): void {
  checkContentType(req);
  readRaw(req, res, (error: unknown) => next(error && bodyError(error)));
}

/** The bytes that {@link readBody} left; none when there was no body. */
export function bodyOf(req: Request): Buffer {
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

/**
 * The body of a request that names its length and is not encoded; of one that breaks off, never.
 *
 * @throws ScimError 415
 */
export async function plainBody(req: IncomingMessage): Promise<Buffer> {
  checkContentType(req);
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => req.once('end', resolve));
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Without a body there is nothing that it could be wrong about: clients send one with GET and DELETE too. */
function checkContentType({ headers }: IncomingMessage): void {
  const header = headers['content-type'];
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!header || !hasBody) return;
  const [type = '', ...parameters] = header
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (CONTENT_TYPES.includes(type) && isUtf8(charset)) return;
  throw new ScimError(
    415,
    undefined,
    `Content-Type is ${JSON.stringify(header.slice(0, 100))}. Send application/scim+json in UTF-8.`,
  );
}

function isUtf8(charset: string | undefined): boolean {
  return charset === undefined || /^charset="?(utf-?8|us-ascii)"?$/.test(charset);
}

function bodyError(error: unknown): unknown {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') {
    return new ScimError(
      413,
      undefined,
      `The body is longer than ${BODY_LIMIT_BYTES} bytes. Send large groups in several PATCH requests.`,
    );
  }
  if (type === 'encoding.unsupported') {
    return new ScimError(415, undefined, 'The body is compressed. Send it without Content-Encoding.');
  }
  return error;
}
