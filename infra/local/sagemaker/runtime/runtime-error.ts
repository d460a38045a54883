/** An error of SageMaker's runtime: its type travels in a header, its members in the body. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly status: number;
  readonly type: 'ValidationError' | 'ModelError';
  readonly body: Readonly<Record<string, unknown>>;
  constructor(status: number, type: 'ValidationError' | 'ModelError', body: Readonly<Record<string, unknown>>) {
    super(String(body.Message));
    this.status = status;
    this.type = type;
    this.body = body;
  }
}
