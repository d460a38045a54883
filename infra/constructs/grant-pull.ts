import { Stack, Token } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { repositoryArn, repositoryOf } from '../../shared/domain/build/container-images.ts';
import { allow } from './repositories.ts';

/** To pull images, of any tag: what SageMaker does as the role of a training job or a model. */
export function grantPull(to: Role, images: readonly string[]): void {
  const { region } = Stack.of(to);
  // Where only the deployment knows the region, nobody can say yet which account of AWS's publishes there.
  const arnOf = (image: string) =>
    Token.isUnresolved(region) && !image.includes('/')
      ? `arn:aws:ecr:${region}:*:repository/${repositoryOf(image)}`
      : repositoryArn(image, region);
  allow(
    to,
    ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    [...new Set(images.map(arnOf))],
    undefined,
    'the account that publishes an image of AWS differs by region, which the deployment knows',
  );
  allow(
    to,
    ['ecr:GetAuthorizationToken'],
    ['*'],
    undefined,
    'a token names no repository: which ones may be pulled from, the other grant says',
  );
}
