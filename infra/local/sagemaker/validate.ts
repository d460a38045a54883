import type { ApiModel, Shape } from './api-model.ts';
import { shapeNamed } from './api-model.ts';

/**
 * Holds a request to the API model, as the service does before it looks at anything else.
 * @returns what is wrong, in SageMaker's words (`Value 'x' at 'trainingJobName' failed to satisfy constraint: …`); empty when nothing is
 */
export function violations(model: ApiModel, shapeName: string, value: unknown): string[] {
  const found: string[] = [];
  check({ model, found }, shapeName, value, '');
  return found;
}

interface Check {
  readonly model: ApiModel;
  readonly found: string[];
}

function check(context: Check, shapeName: string, value: unknown, path: string): void {
  const shape = shapeNamed(context.model, shapeName);
  if (!hasType(shape.type, value)) {
    context.found.push(`Value at '${path}' is not a ${shape.type}: ${quoted(value)}`);
    return;
  }
  constraints(shape, value).forEach((constraint) => {
    context.found.push(`Value '${shown(value)}' at '${path}' failed to satisfy constraint: ${constraint}`);
  });
  if (shape.type === 'structure') checkMembers(context, shape, shapeName, value as Record<string, unknown>, path);
  if (shape.type === 'list' && shape.member) {
    const member = shape.member.shape;
    (value as unknown[]).forEach((entry, i) => {
      check(context, member, entry, `${path}.${i + 1}.member`);
    });
  }
  if (shape.type === 'map' && shape.key && shape.value) {
    for (const [key, entry] of Object.entries(value as object)) {
      check(context, shape.key.shape, key, `${path}.${key}.key`);
      check(context, shape.value.shape, entry, `${path}.${key}.value`);
    }
  }
}

function checkMembers(
  context: Check,
  shape: Shape,
  shapeName: string,
  value: Record<string, unknown>,
  path: string,
): void {
  const members = shape.members ?? {};
  for (const name of shape.required ?? []) {
    if (value[name] === undefined || value[name] === null) {
      const constraint = 'Member must not be null';
      context.found.push(`Value null at '${join(path, name)}' failed to satisfy constraint: ${constraint}`);
    }
  }
  for (const [name, entry] of Object.entries(value)) {
    const member = members[name];
    if (!member) context.found.push(`Unknown member '${join(path, name)}': ${shapeName} has no ${name}`);
    else if (entry !== null && entry !== undefined) check(context, member.shape, entry, join(path, name));
  }
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'structure' || type === 'map') {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
  if (type === 'list') return Array.isArray(value);
  if (type === 'string') return typeof value === 'string';
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer' || type === 'long') return Number.isInteger(value);
  if (type === 'float' || type === 'double' || type === 'timestamp') return Number.isFinite(value);
  return true;
}

function constraints(shape: Shape, value: unknown): string[] {
  const broken: string[] = [];
  if (typeof value === 'number') {
    if (shape.min !== undefined && value < shape.min)
      broken.push(`Member must have value greater than or equal to ${shape.min}`);
    if (shape.max !== undefined && value > shape.max)
      broken.push(`Member must have value less than or equal to ${shape.max}`);
    return broken;
  }
  const length = sizeOf(value);
  if (length !== undefined && shape.min !== undefined && length < shape.min) {
    broken.push(`Member must have length greater than or equal to ${shape.min}`);
  }
  if (length !== undefined && shape.max !== undefined && length > shape.max) {
    broken.push(`Member must have length less than or equal to ${shape.max}`);
  }
  if (typeof value === 'string') {
    if (shape.enum && !shape.enum.includes(value))
      broken.push(`Member must satisfy enum value set: [${shape.enum.join(', ')}]`);
    if (shape.pattern !== undefined && compiled(shape.pattern)?.test(value) === false) {
      broken.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
    }
  }
  return broken;
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

const patterns = new Map<string, RegExp | undefined>();

/** The service's patterns are Java's and match the whole value; `undefined` for the few that JavaScript cannot express. */
export function compiled(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    try {
      patterns.set(pattern, new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : ''));
    } catch {
      patterns.set(pattern, undefined);
    }
  }
  return patterns.get(pattern);
}

const join = (path: string, member: string): string => {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return path ? `${path}.${name}` : name;
};

const quoted = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'undefined';
const shown = (value: unknown): string => (typeof value === 'object' ? quoted(value) : String(value).slice(0, 200));
