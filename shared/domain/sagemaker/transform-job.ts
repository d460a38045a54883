import type { ModelDefinition } from '../definition/model-definition.ts';
import { dataKeys, modelKeys } from '../keys.ts';
import {
  bucketName,
  championTransformJobName,
  keyAlias,
  type Place,
  servedModelName,
  transformJobName,
} from '../names.ts';
import type { ModelVersion } from '../records.ts';
import { JSON_LINES, s3, tags } from './common.ts';

type Definition = Pick<ModelDefinition, 'training'>;
type Versioned = Pick<ModelVersion, 'model' | 'version' | 'run'>;

/** CreateTransformJob: a model version's predictions for the test rows of its own run, each line with its id. */
export const testTransform = (place: Place, version: Versioned, definition: Definition) =>
  transform(place, version, definition, {
    run: version.run,
    job: transformJobName(place, version.model, version.run),
    predictions: modelKeys.predictions(version.model, version.run),
  });

/** The same, of a champion's model version for the test rows of another run: the very same rows, and the same kind of machine. */
export const championTransform = (place: Place, champion: Versioned, definition: Definition, run: number) =>
  transform(place, champion, definition, {
    run,
    job: championTransformJobName(place, champion.model, run, champion.version),
    predictions: modelKeys.championPredictions(champion.model, run, champion.version),
  });

const transform = (
  place: Place,
  version: Versioned,
  definition: Definition,
  { run, job, predictions }: { readonly run: number; readonly job: string; readonly predictions: string },
) => ({
  TransformJobName: job,
  ModelName: servedModelName(place, version.model, version.version),
  BatchStrategy: 'MultiRecord',
  MaxPayloadInMB: 6,
  TransformInput: {
    ContentType: JSON_LINES,
    SplitType: 'Line',
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: s3(bucketName(place, 'data'), dataKeys.testInput(version.model, run)),
      },
    },
  },
  TransformOutput: {
    S3OutputPath: s3(bucketName(place, 'model'), predictions),
    Accept: JSON_LINES,
    AssembleWith: 'Line',
    KmsKeyId: keyAlias(place),
  },
  TransformResources: { InstanceType: definition.training.instance, InstanceCount: 1 },
  // The model is given the features alone; the id travels beside them.
  DataProcessing: { InputFilter: '$.features', JoinSource: 'Input', OutputFilter: "$['id','SageMakerOutput']" },
  Tags: tags(place, { model: version.model, run, 'model-version': version.version }),
});
