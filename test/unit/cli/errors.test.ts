import { describe, expect, it } from 'vitest';
import { CommandError, EXIT } from '../../../cli/errors.ts';
import { unknownModel } from '../../../cli/known-model.ts';
import { errorText, explain } from '../../../cli/output/error-text.ts';
import { didYouMean } from '../../../shared/domain/did-you-mean.ts';
import { EndpointError } from '../../../shared/ports/endpoints.ts';

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

describe('explain', () => {
  it.each([
    ['AccessDeniedException', EXIT.unreachable, /access denied by stage dev at AWS/],
    ['ExpiredTokenException', EXIT.unreachable, /access denied/],
    ['CredentialsProviderError', EXIT.unreachable, /no AWS credentials were found for stage dev at AWS/],
    ['TokenProviderError', EXIT.unreachable, /no AWS credentials were found/],
    ['TimeoutError', EXIT.unreachable, /cannot reach stage dev at AWS/],
    ['ResourceNotFoundException', EXIT.notFound, /not installed on stage dev at AWS/],
    ['RangeError', EXIT.failed, /RangeError: said by the service/],
  ])('%s exits with %i', (name, code, message) => {
    const told = explain(named(name, 'said by the service'), 'stage dev at AWS');
    expect(told.exitCode).toBe(code);
    expect(told.message).toMatch(message);
    expect([told.message, ...told.details].join()).toContain('said by the service');
    expect(told.todo.length).toBeGreaterThan(0);
  });

  it('finds the refusal inside causes and aggregates', () => {
    const refused = named('Error', 'connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' });
    const both = new AggregateError([refused, named('Error', '::1', { code: 'ECONNREFUSED' })]);
    const told = explain(new Error('reading the registry', { cause: both }), 'the cloud');
    expect(told.exitCode).toBe(EXIT.unreachable);
    expect(told.details).toEqual(['connect ECONNREFUSED 127.0.0.1:1']);
  });

  it('leaves a CommandError as it is, also as the cause of another', () => {
    const own = new CommandError(EXIT.usage, 'no');
    expect(explain(own, 'x')).toBe(own);
    expect(explain(new Error('around it', { cause: own }), 'x')).toBe(own);
  });

  it('says nothing twice, and does not show the names of errors that are written for people', () => {
    const inner = new Error('the model answered 500: no such column');
    const told = explain(new EndpointError(`row 2: ${inner.message}`, { cause: inner }), 'x');
    expect(errorText(told, false)).toBe('error: row 2: the model answered 500: no such column');
  });

  it('finds a refusal behind an endpoint that does not answer', () => {
    const denied = named('AccessDeniedException', 'not authorized to perform: sagemaker:InvokeEndpoint');
    expect(explain(new EndpointError('row 1: endpoint e', { cause: denied }), 'x').exitCode).toBe(EXIT.unreachable);
  });

  it('survives what is no Error, and a cause that goes in a circle', () => {
    expect(explain('thrown text', 'x').message).toBe('thrown text');
    const circle = new Error('a');
    circle.cause = circle;
    expect(explain(circle, 'x').message).toBe('a');
  });
});

it('shows stack traces only when asked to', () => {
  const told = explain(new TypeError('boom'), 'x');
  expect(errorText(told, false)).not.toMatch(/ at .*:\d+:\d+/);
  expect(errorText(told, true)).toMatch(/ at .*:\d+:\d+/);
});

it.each([
  ['local', 'npx modelloop local up'],
  ['dev', 'npx cdk deploy --all -c stage=dev'],
])('says what makes a model known to stage %s', (stage, command) =>
  expect(unknownModel(stage, 'weather', []).todo.join()).toContain(command),
);

describe('did you mean', () => {
  const known = ['flight-delay', 'churn', 'price'];
  it.each([
    ['flihgt-delay', 'flight-delay'],
    ['Churn', 'churn'],
    ['prices', 'price'],
    ['flight', 'flight-delay'],
    ['flihgt', 'flight-delay'],
    ['weather', undefined],
    ['', undefined],
  ])('%s: %s', (given, meant) => expect(didYouMean(given, known)).toBe(meant));

  it('is asked along with the names of all known models', () => {
    const text = errorText(unknownModel('dev', 'flihgt-delay', known), false);
    expect(text).toBe(
      'error: no model "flihgt-delay" on stage dev\n  known: flight-delay, churn, price\n  → did you mean flight-delay?',
    );
  });
});
