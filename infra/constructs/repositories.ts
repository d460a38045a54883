import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { bucketName, keyAlias, type Place, type Repository, registryTableName } from '../../shared/domain/names.ts';
import { CATALOGUE_MODEL } from '../../shared/domain/registry-keys.ts';
import { exceptPatterns } from './exceptions.ts';

/**
 * What may be done with the repositories and the registry, said as intents. Everything is reached by its deterministic name, so that
 * no stack exports anything to another.
 */
export class Repositories {
  readonly place: Place;

  constructor(scope: Construct, stage: string) {
    const { account, region } = Stack.of(scope);
    this.place = { stage, account, region };
  }

  bucket(repository: Repository): string {
    return bucketName(this.place, repository);
  }

  private objects(repository: Repository, prefix: string): string {
    return `arn:aws:s3:::${this.bucket(repository)}/${prefix}*`;
  }

  /** Objects under these prefixes, and their names; with the version that an event named. */
  grantRead(to: IGrantable, repository: Repository, ...prefixes: string[]): void {
    allow(
      to,
      ['s3:GetObject', 's3:GetObjectVersion'],
      prefixes.map((p) => this.objects(repository, p)),
      undefined,
      OBJECTS,
    );
    allow(to, ['s3:ListBucket'], [`arn:aws:s3:::${this.bucket(repository)}`], {
      StringLike: { 's3:prefix': prefixes.map((p) => `${p}*`) },
    });
    this.grantKey(to, ['kms:Decrypt']);
  }

  /** The versions of objects under these prefixes, by name. */
  grantListVersions(to: IGrantable, repository: Repository, ...prefixes: string[]): void {
    allow(to, ['s3:ListBucketVersions'], [`arn:aws:s3:::${this.bucket(repository)}`], {
      StringLike: { 's3:prefix': prefixes.map((p) => `${p}*`) },
    });
  }

  grantWrite(to: IGrantable, repository: Repository, ...prefixes: string[]): void {
    allow(
      to,
      ['s3:PutObject', 's3:AbortMultipartUpload'],
      prefixes.map((p) => this.objects(repository, p)),
      undefined,
      OBJECTS,
    );
    this.grantKey(to, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** SageMaker, which is told the key of its outputs by the alias, asks for more than S3 does. */
  grantOutputs(to: IGrantable, repository: Repository, ...prefixes: string[]): void {
    this.grantWrite(to, repository, ...prefixes);
    this.grantKey(to, ['kms:Encrypt']);
  }

  /** @param model only what is of this model, and the list of all; without it, everything */
  grantReadRegistry(to: IGrantable, model?: string): void {
    const seen = model === undefined ? undefined : itemsOf(model, CATALOGUE_MODEL);
    allow(to, ['dynamodb:GetItem', 'dynamodb:Query'], [this.tableArn()], seen);
    this.grantKey(to, ['kms:Decrypt']);
  }

  /** Read, and commit changes under conditions; a transaction is authorized item by item. */
  grantCommitRegistry(to: IGrantable, model?: string): void {
    this.grantReadRegistry(to, model);
    const written = model === undefined ? undefined : itemsOf(model);
    const actions = ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'];
    allow(to, actions, [this.tableArn()], written);
  }

  private tableArn(): string {
    const { region, account } = this.place;
    return `arn:aws:dynamodb:${region}:${account}:table/${registryTableName(this.place)}`;
  }

  /** A policy cannot name a key by its alias, but it can insist on the alias. */
  private grantKey(to: IGrantable, actions: string[]): void {
    const { region, account } = this.place;
    allow(
      to,
      actions,
      [`arn:aws:kms:${region}:${account}:key/*`],
      { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': keyAlias(this.place) } },
      KEY_BY_ALIAS,
    );
  }
}

/** By the partition key, which every call that is granted names. */
const itemsOf = (...models: string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': models } });

const OBJECTS = 'the objects below a prefix; more of them are made all the time';
/** Of a grant that is limited by the condition `kms:ResourceAliases`. */
export const KEY_BY_ALIAS = 'a policy cannot name a key by its alias: the condition on kms:ResourceAliases does';

/** @param because why, where a resource is named by a pattern: the gate takes no pattern without a reason */
export function allow(
  to: IGrantable | Role,
  actions: string[],
  resources: string[],
  conditions?: Record<string, Record<string, unknown>>,
  because?: string,
): void {
  // A managed policy is its own construct, and stands in for a principal.
  const construct = Construct.isConstruct(to.grantPrincipal) ? to.grantPrincipal : to;
  if (because !== undefined) exceptPatterns(construct, resources, because);
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) }),
  );
}
