import { Command } from 'commander';

export function localCommand(): Command {
  return new Command('local').description('the local cloud: up, down, status, env, reset');
}
