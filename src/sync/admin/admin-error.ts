/** For the person at the CLI or the admin API: application/problem+json {code, detail, remedy}. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;
  readonly code: string;
  readonly remedy: string;

  constructor(status: number, code: string, detail: string, remedy: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.remedy = remedy;
  }
}
