import { describe, expect, it } from 'vitest';
import {
  IMAGE,
  ImageError,
  imageUri,
  repositoryArn,
  repositoryOf,
} from '../../../shared/domain/build/container-images.ts';

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

  const own = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/mine';

  it.each([
    ['sagemaker-xgboost:3.2-0', 'arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost'],
    [own, 'arn:aws:ecr:eu-west-1:111122223333:repository/team/mine'],
    [`${own}:7`, 'arn:aws:ecr:eu-west-1:111122223333:repository/team/mine'],
    [`${own}@sha256:${'0'.repeat(64)}`, 'arn:aws:ecr:eu-west-1:111122223333:repository/team/mine'],
    [
      '111122223333.dkr-ecr-fips.us-east-1.on.aws/mine:7@sha256:00',
      'arn:aws:ecr:us-east-1:111122223333:repository/mine',
    ],
  ])('%s is pulled from %s', (image, arn) => {
    expect(repositoryArn(image, 'eu-west-1')).toBe(arn);
  });

  it('has a repository whatever its tag and digest', () => {
    for (const end of ['', ':7', `@sha256:00`, ':7@sha256:00']) expect(repositoryOf(own + end)).toBe(own);
    expect(repositoryOf('sagemaker-xgboost:3.2-0')).toBe('sagemaker-xgboost');
  });

  it('of another kind of registry can be named in no definition, and has no ARN', () => {
    for (const image of ['ghcr.io/somebody/mine:7', 'public.ecr.aws/x/mine:7', 'pytorch:2', 'mine']) {
      expect(IMAGE.test(image), image).toBe(false);
      expect(() => repositoryArn(image, 'eu-west-1'), image).toThrow(ImageError);
    }
    for (const image of ['sagemaker-xgboost:3.2-0', own, `${own}:7`, `${own}:7@sha256:${'0'.repeat(64)}`])
      expect(IMAGE.test(image), image).toBe(true);
  });
});
