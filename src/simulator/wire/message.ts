export interface WireRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly rawUrl: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export type WireReply =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Record<string, string>;
      readonly body: string;
    }
  | { readonly kind: 'reset' };
