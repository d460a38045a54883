/** The model that answers (SageMaker Runtime). */
export interface Endpoints {
  /**
   * @param body a JSON document
   * @returns the parsed answer, and the variant that gave it
   * @throws EndpointError with the endpoint's own words
   */
  invoke(endpoint: string, body: unknown): Promise<{ readonly answer: unknown; readonly variant?: string }>;
}

export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}
