import { expect, test } from 'vitest';
import { DEAD_LETTER_QUEUES, deadLettersName, fullQueueName, QUEUES } from '../../shared/domain/monitoring/queues.ts';
import { functionName } from '../../shared/domain/names.ts';
import { resources, synthesize } from './synth.ts';

const place = { stage: 'dev' };
const { pipelines } = synthesize('dev');
const queues = resources(pipelines, 'AWS::SQS::Queue');

test('dead letters are sent back to the queues that there are, and explained by the logs of the functions behind them', () => {
  const functions = pipelines.findResources('AWS::Lambda::Function');
  const worked = resources(pipelines, 'AWS::Lambda::EventSourceMapping').map(([, { Properties: mapping }]) => [
    queues.find(([id]) => id === mapping.EventSourceArn['Fn::GetAtt'][0])?.[1].Properties.QueueName,
    functions[mapping.FunctionName.Ref]?.Properties.FunctionName,
  ]);
  const known = Object.entries(QUEUES).map(([queue, fn]) => [fullQueueName(place, queue), functionName(place, fn)]);
  expect(worked.sort()).toEqual(known.sort());
});

test('every queue of dead letters can be redriven', () => {
  const deadLetters = queues.map(([, q]) => q.Properties).filter((q) => !q.RedrivePolicy);
  expect(deadLetters.map((q) => q.QueueName).sort()).toEqual(
    DEAD_LETTER_QUEUES.map((queue) => deadLettersName(place, queue)).sort(),
  );
});
