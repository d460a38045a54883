import { describe, expect, it } from 'vitest';
import { ImageError, imageUri } from '../../../shared/domain/build/container-images.ts';

describe('a container image', () => {
  it.each([
    ['eu-west-1', '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0'],
    ['us-east-1', '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0'],
    ['us-west-2', '246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:3.2-0'],
  ])('is found in the registry of %s', (region, uri) => {
    expect(imageUri('sagemaker-xgboost:3.2-0', region)).toBe(uri);
  });

  it.each(['1.dkr.ecr.eu-west-1.amazonaws.com/mine:7', '1.dkr.ecr.eu-west-1.amazonaws.com/mine@sha256:00ff'])(
    'passes as it is when its URI is full: %s',
    (uri) => {
      expect(imageUri(uri, 'mars-north-1')).toBe(uri);
    },
  );

  it.each([
    ['sagemaker-xgboost:3.2-0', 'mars-north-1', 'no registry is known for region mars-north-1'],
    ['pytorch:2', 'eu-west-1', 'neither sagemaker-xgboost:<tag> nor a full URI'],
    ['sagemaker-xgboost', 'eu-west-1', 'neither'],
  ])('%s in %s is refused', (image, region, words) => {
    expect(() => imageUri(image, region)).toThrow(ImageError);
    expect(() => imageUri(image, region)).toThrow(words);
  });
});
