import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** A shape of botocore's service description (`service-2.json`), as far as it is used here. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** A union: exactly one member is set. */
  readonly union?: boolean;
}

export interface ApiModel {
  readonly operations: Readonly<
    Record<string, { readonly input?: { readonly shape: string }; readonly output?: { readonly shape: string } }>
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** @throws Error when the model names a shape that it does not define */
export function shapeNamed(model: ApiModel, name: string): Shape {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`the API model has no shape ${name}`);
  return shape;
}

/** SageMaker's own description of its API, as it lies in the botocore of that interpreter. */
export async function loadApiModel(python: string): Promise<ApiModel> {
  const { stdout } = await promisify(execFile)(python, [
    '-c',
    'import importlib.util as u; print(u.find_spec("botocore").submodule_search_locations[0])',
  ]);
  const path = join(stdout.trim(), 'data', 'sagemaker', '2017-07-24', 'service-2.json.gz');
  const bytes = await promisify(gunzip)(await readFile(path));
  return JSON.parse(bytes.toString('utf8')) as ApiModel;
}
