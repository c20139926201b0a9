import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** Replies are JSON with personal data: no page may frame or sniff them, and no cache may keep them. */
const setSecurityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
});

/** Names and values in turn, as `writeHead` takes them. Found once: no request changes them. */
export const SECURITY_HEADERS: readonly string[] = recorded();

function recorded(): readonly string[] {
  const headers: string[] = [];
  const recorder = {
    setHeader: (name: string, value: string) => headers.push(name, value),
    removeHeader: () => undefined,
  };
  setSecurityHeaders({} as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
    if (error) throw error;
  });
  return headers;
}
