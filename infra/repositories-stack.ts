import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bucketName, keyAlias, type Place, type Repository, registryTableName } from '../shared/domain/names.ts';
import type { StageSettings } from './config.ts';
import { except } from './constructs/exceptions.ts';
import { stageKey } from './constructs/stage-key.ts';

export interface RepositoriesStackProps extends StackProps {
  readonly settings: StageSettings;
}

/** What must never be lost: the data, code and model repositories, the registry, and their key. Kept when the stack is deleted. */
export class RepositoriesStack extends Stack {
  constructor(scope: Construct, id: string, props: RepositoriesStackProps) {
    const { settings, ...rest } = props;
    const { stage, deletionProtection } = settings;
    super(scope, id, { ...rest, terminationProtection: deletionProtection });
    const place: Place = { stage, account: this.account, region: this.region };

    const key = stageKey(this, keyAlias(place), settings.keys.repositories, {
      description: `ModelLoop ${stage}: data, code and model repositories and the registry`,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    for (const repository of ['data', 'code', 'model'] as const) this.repository(place, repository, key);

    new Table(this, 'Registry', {
      // Named: an unnamed table is replaced, empty, where an update cannot be made in place.
      tableName: registryTableName(place),
      partitionKey: { name: 'model', type: AttributeType.STRING },
      sortKey: { name: 'sort', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private repository(place: Place, repository: Repository, key: IKey): void {
    const bucket = new Bucket(this, `${repository}Repository`, {
      bucketName: bucketName(place, repository),
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        // What is accepted was copied to a write-once key; an overwritten upload is kept long enough to ask about it.
        { prefix: 'in/', noncurrentVersionExpiration: Duration.days(90) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    except(bucket, 'S1', "CloudTrail's data events say who reads and writes what, and are a choice of the account");
    // On the resource itself: CDK's own property would bring a custom resource with rights on every bucket.
    const cfn = bucket.node.defaultChild as CfnBucket;
    cfn.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
  }
}
