import { alarmsCanBeEvaluated, alarmsReachSomebody } from './alarms.ts';
import {
  consumersLoseNothing,
  failuresAreHeard,
  queuesAreWatched,
  queuesLetSendersIn,
  schedulesWaitForTheirRights,
  sendersLoseNothing,
} from './edges.ts';
import { keysAreNamed, outputsMayBeEncrypted, rolesMayUseKeys, servicesMayUseKeys } from './encryption.ts';
import { noResourceOfAll, noWildcardAction, rolesArePassedToSageMaker, servicesOfThisAccount } from './permissions.ts';
import { tasksOutlastFunctions } from './state-machines.ts';
import type { Contract } from './template.ts';

/** What every template is held to; planted.test.ts shows each of them to find what breaks it. */
export const CONTRACTS: Readonly<Record<string, Contract>> = {
  'an alarm tells somebody, decides on missing data, and names a runbook that is there': alarmsReachSomebody,
  'an alarm can be evaluated by CloudWatch': alarmsCanBeEvaluated,
  'a consumer loses no message': consumersLoseNothing,
  'a sender loses no message': sendersLoseNothing,
  'a schedule waits for what it calls, and for the right to': schedulesWaitForTheirRights,
  'a queue lets in who sends to it': queuesLetSendersIn,
  'a queue is watched': queuesAreWatched,
  'the failure of every execution is heard of': failuresAreHeard,
  'a task outlasts the function that it calls': tasksOutlastFunctions,
  'a service may use the key of what it sends to': servicesMayUseKeys,
  'a role may use the key of what it reads and writes': rolesMayUseKeys,
  'SageMaker may encrypt what it writes': outputsMayBeEncrypted,
  'a grant on keys insists on one of them': keysAreNamed,
  'no action is allowed by wildcard': noWildcardAction,
  'only what cannot name a resource is allowed on all of them': noResourceOfAll,
  'a role is passed to SageMaker only': rolesArePassedToSageMaker,
  'a service acts for this account only': servicesOfThisAccount,
};
