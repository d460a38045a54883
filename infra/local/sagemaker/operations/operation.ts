import type { ApiModel } from '../api-model.ts';
import { shapeNamed } from '../api-model.ts';
import { ServiceError } from '../errors.ts';
import type { SageMaker } from '../sagemaker.ts';
import type { Members } from '../support.ts';
import { unsupported } from '../support.ts';
import { violations } from '../validate.ts';

/** One operation of SageMaker's API: what it honours, and what it does. Its input is valid by then. */
export interface Operation<Input> {
  readonly name: string;
  readonly supports: Members;
  readonly run: (sagemaker: SageMaker, input: Input) => object | Promise<object>;
}

/** Keeps `Input` for the compiler where the operation is written, and forgets it where all are listed. */
export function operation<Input>(definition: Operation<Input>): Operation<never> {
  return definition as Operation<never>;
}

/** @throws ServiceError ValidationException naming every member that is wrong, or that local SageMaker would have to ignore */
export function requireValid(model: ApiModel, { name, supports }: Operation<never>, input: object): void {
  const shape = model.operations[name]?.input?.shape;
  if (!shape) throw new Error(`the API model has no operation ${name}`);
  const found = violations(model, shape, input);
  if (found.length > 0) {
    const heading = `${found.length} validation error${found.length > 1 ? 's' : ''} detected`;
    throw new ServiceError('ValidationException', `${heading}: ${found.join('; ')}`);
  }
  const refused = unsupported(name, supports, input);
  if (refused.length > 0) throw new ServiceError('ValidationException', refused.join('; '));
}

/** Those members of a request that Describe gives back. */
export function describedMembers(model: ApiModel, describe: string, request: object): Record<string, unknown> {
  const output = model.operations[describe]?.output?.shape;
  const members = output ? (shapeNamed(model, output).members ?? {}) : {};
  return Object.fromEntries(Object.entries(request).filter(([name]) => name in members));
}

/** Leaves out members without a value: the wire format has no null for them. */
export function defined(object: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
