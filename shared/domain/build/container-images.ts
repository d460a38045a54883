/**
 * Where AWS publishes its `sagemaker-xgboost` images: the account of the registry differs by region. Every row is as in the lists of Docker
 * registry paths in the SageMaker documentation and in the SageMaker Python SDK (`image_uri_config/xgboost.json`), which give one account for
 * all versions from 0.90-1 to 1.7-1. That version 3.2-0 is there too is confirmed for none of them: a first run in a region shows it.
 */
const XGBOOST_ACCOUNTS: Readonly<Record<string, string>> = {
  'af-south-1': '510948584623',
  'ap-east-1': '651117190479',
  'ap-northeast-1': '354813040037',
  'ap-northeast-2': '366743142698',
  'ap-northeast-3': '867004704886',
  'ap-south-1': '720646828776',
  'ap-south-2': '628508329040',
  'ap-southeast-1': '121021644041',
  'ap-southeast-2': '783357654285',
  'ap-southeast-3': '951798379941',
  'ap-southeast-4': '106583098589',
  'ca-central-1': '341280168497',
  'ca-west-1': '190319476487',
  'eu-central-1': '492215442770',
  'eu-central-2': '680994064768',
  'eu-north-1': '662702820516',
  'eu-south-1': '978288397137',
  'eu-south-2': '104374241257',
  'eu-west-1': '141502667606',
  'eu-west-2': '764974769150',
  'eu-west-3': '659782779980',
  'il-central-1': '898809789911',
  'me-central-1': '272398656194',
  'me-south-1': '801668240914',
  'sa-east-1': '737474898029',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-west-1': '746614075791',
  'us-west-2': '246618743249',
};

const TAG = ':[A-Za-z0-9._-]+';
const DIGEST = '@sha256:[0-9a-f]{64}';
const SHORT = `sagemaker-xgboost${TAG}`;
/** Account, region and repository; by any of ECR's host names. */
const REPOSITORY = String.raw`(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|on\.aws)/([a-z0-9][a-z0-9._/-]*)`;

/** What a definition may name. */
export const IMAGE = new RegExp(`^(${SHORT}|${REPOSITORY}(${TAG})?(${DIGEST})?)$`);

/**
 * `sagemaker-xgboost:3.2-0` → the full URI in this region's registry. A name with a slash is a full URI and passes as it is.
 * @throws ImageError when the name is neither, or this region's registry is not known
 */
export const imageUri = (image: string, region: string): string => {
  if (image.includes('/')) return image;
  if (!new RegExp(`^${SHORT}$`).test(image))
    throw new ImageError(
      `training.image "${image}": neither sagemaker-xgboost:<tag> nor a full URI (registry/repository:tag or @digest)`,
    );
  const account = XGBOOST_ACCOUNTS[region];
  if (!account)
    throw new ImageError(
      `training.image "${image}": no registry is known for region ${region}; give the full URI from the SageMaker documentation`,
    );
  return `${account}.dkr.ecr.${region}.amazonaws.com/${image}`;
};

/** An image without tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/(:[^/:@]+)?(@[^@]+)?$/, '');

/** @throws ImageError */
export const repositoryArn = (image: string, region: string): string => {
  const [, account, at, repository] = new RegExp(`^${REPOSITORY}$`).exec(repositoryOf(imageUri(image, region))) ?? [];
  if (!repository) throw new ImageError(`training.image "${image}" is in no registry of ECR`);
  return `arn:aws:ecr:${at}:${account}:repository/${repository}`;
};

export class ImageError extends Error {
  override readonly name = 'ImageError';
}
