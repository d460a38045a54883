import { join } from 'node:path';
import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, type LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionName } from '../../shared/domain/names.ts';
import { SETTINGS_VARIABLE } from '../../shared/runtime/environment.ts';
import { runTimeSettingsOf, type StageSettings } from '../config.ts';
import { connect } from './network.ts';

/** What every function of an installation is made from. */
export interface FunctionDefaults {
  readonly settings: StageSettings;
  /** Holds `<name>/index.mjs` for every function. */
  readonly bundles: string;
  readonly duckdb: LayerVersion;
}

export type Work = 'light' | 'files' | 'rows';

export interface PipelineFunctionProps extends FunctionDefaults {
  /** The name of its file in functions/. */
  readonly name: string;
  readonly description: string;
  /**
   * `light` (default): registry and small objects. `files`: whole artefacts pass through its disk. `rows`: reads rows, so it gets
   * DuckDB, and memory, disk and time for them.
   */
  readonly work?: Work;
  /** Without it, what such work takes. */
  readonly timeout?: Duration;
}

const SIZES = {
  light: { memorySize: 512, timeout: Duration.minutes(1) },
  files: { memorySize: 1769, ephemeralStorageSize: Size.gibibytes(10), timeout: Duration.minutes(15) },
  rows: { memorySize: 3008, ephemeralStorageSize: Size.gibibytes(10), timeout: Duration.minutes(15) },
} as const;

/** The one way in which this project makes a function. */
export class PipelineFunction extends Construct {
  readonly lambda: Lambda;
  readonly role: Role;

  constructor(scope: Construct, props: PipelineFunctionProps) {
    super(scope, props.name);
    const { settings, name, work = 'light' } = props;
    const fullName = functionName(settings, name);
    const told = runTimeSettingsOf(settings);

    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${fullName}`,
      retention: settings.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `ModelLoop ${settings.stage}: ${name}`,
    });
    logGroup.grantWrite(this.role);

    this.lambda = new Lambda(this, 'Function', {
      functionName: fullName,
      description: props.description,
      role: this.role,
      logGroup,
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      code: Code.fromAsset(join(props.bundles, name)),
      handler: 'index.handler',
      environment: {
        MODELLOOP_STAGE: settings.stage,
        MODELLOOP_ACCOUNT: Stack.of(this).account,
        ...(told && { [SETTINGS_VARIABLE]: JSON.stringify(told) }),
      },
      ...SIZES[work],
      ...(props.timeout ? { timeout: props.timeout } : {}),
      ...(work === 'rows' ? { layers: [props.duckdb] } : {}),
    });
    if (settings.network) connect(this.lambda, settings.network);
  }
}
