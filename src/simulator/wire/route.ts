/** A template such as `/users/{InstanceId}/{UserId}`, cut into segments. */
export type PathTemplate = readonly string[];

export const pathTemplate = (path: string): PathTemplate => path.slice(1).split('/');

/**
 * Matches the path as it came over the wire, and decodes only after splitting: an ARN in a label arrives
 * percent-encoded as one segment, and decoding first would tear it at its slashes. Labels may be empty, since
 * clients send `//` and a trailing slash for empty ids.
 *
 * @returns the decoded labels, or undefined when the path is another one
 */
export function matchPath(template: PathTemplate, rawPath: string): Record<string, string> | undefined {
  const segments = rawPath.slice(1).split('/');
  if (segments.length !== template.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) labels[part.slice(1, -1)] = decoded(segment);
    else if (part !== segment) return undefined;
  }
  return labels;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
